package io.motrds.bench.raw;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.Secret;
import io.motrds.api.spi.StoreConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.BytesWrapper;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Type {@code raw-s3}: the AWS SDK's asynchronous client alone, as many requests at once as {@code s3ds} sends. */
final class RawS3 extends RawStore {

    /** For the service loader. */
    public static final class Provider implements DatastoreProvider {
        private static final Parameter<String> BUCKET = Parameter.text("bucket", "the bucket; made when it is missing");
        private static final Parameter<String> ENDPOINT = Parameter.text("regionEndpoint", "the server's address");
        private static final Parameter<String> ROOT = Parameter.text("rootDirectory", "in front of all names");
        private static final Parameter<Secret> ACCESS_KEY = Parameter.secret("accessKey", "access key");
        private static final Parameter<Secret> SECRET_KEY = Parameter.secret("secretKey", "secret key");
        private static final Parameter<Integer> WORKERS =
                Parameter.integer("workers", "requests at once", 1, 1000).byDefault("100");

        /** For the service loader. */
        public Provider() {}

        @Override
        public String type() {
            return "raw-s3";
        }

        @Override
        public String description() {
            return "yardstick of s3ds: the AWS SDK alone";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of(BUCKET, ENDPOINT, ROOT, ACCESS_KEY, SECRET_KEY, WORKERS);
        }

        @Override
        public Datastore open(StoreConfig config) {
            int workers = config.get(WORKERS);
            AwsBasicCredentials credentials = AwsBasicCredentials.create(
                    config.get(ACCESS_KEY).reveal(), config.get(SECRET_KEY).reveal());
            S3AsyncClient client = S3AsyncClient.builder()
                    .endpointOverride(URI.create(config.get(ENDPOINT)))
                    .forcePathStyle(true)
                    .region(Region.US_EAST_1)
                    .credentialsProvider(StaticCredentialsProvider.create(credentials))
                    // what s3ds sets, too, so that Ceph takes the requests
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .serviceConfiguration(S3Configuration.builder()
                            .chunkedEncodingEnabled(false)
                            .expectContinueEnabled(false)
                            .build())
                    .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                            .eventLoopGroup(LOOPS)
                            .maxConcurrency(workers)
                            .maxPendingConnectionAcquires(100_000))
                    .build();
            String bucket = config.get(BUCKET);
            try {
                client.createBucket(request -> request.bucket(bucket)).join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof BucketAlreadyOwnedByYouException)) {
                    client.close();
                    throw e;
                }
            }
            return new RawS3(client, bucket, config.get(ROOT));
        }
    }

    /** Of all clients: one that ends waits two seconds for those of its own. */
    private static final SdkEventLoopGroup LOOPS = SdkEventLoopGroup.builder().build();

    private final S3AsyncClient client;
    private final String bucket;
    private final String root;

    private RawS3(S3AsyncClient client, String bucket, String root) {
        super("raw-s3 " + bucket + "/" + root);
        this.client = client;
        this.bucket = bucket;
        this.root = root;
    }

    private String name(Key key) {
        return root + key;
    }

    private CompletableFuture<ResponseBytes<GetObjectResponse>> start(Key key) {
        return client.getObject(request -> request.bucket(bucket).key(name(key)), AsyncResponseTransformer.toBytes());
    }

    private CompletableFuture<?> start(Key key, byte[] value) {
        return client.putObject(
                request -> request.bucket(bucket).key(name(key)), AsyncRequestBody.fromBytesUnsafe(value));
    }

    private static boolean isAbsence(CompletionException e) {
        return e.getCause() instanceof NoSuchKeyException;
    }

    @Override
    byte @Nullable [] read(Key key) {
        try {
            return start(key).join().asByteArrayUnsafe();
        } catch (CompletionException e) {
            if (isAbsence(e)) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        Map<Key, CompletableFuture<ResponseBytes<GetObjectResponse>>> started = new LinkedHashMap<>();
        keys.forEach(key -> started.put(key, start(key)));
        Map<Key, byte[]> found = new LinkedHashMap<>();
        started.forEach((key, each) ->
                found.put(key, each.thenApply(BytesWrapper::asByteArrayUnsafe).join()));
        return found;
    }

    @Override
    public boolean has(Key key) {
        return size(key).isPresent();
    }

    @Override
    public OptionalLong size(Key key) {
        try {
            HeadObjectResponse head = client.headObject(
                            request -> request.bucket(bucket).key(name(key)))
                    .join();
            return OptionalLong.of(head.contentLength());
        } catch (CompletionException e) {
            if (isAbsence(e)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    @Override
    public void put(Key key, byte[] value) {
        start(key, value).join();
    }

    @Override
    void writeAll(Map<Key, byte[]> writes) {
        List<CompletableFuture<?>> started = new ArrayList<>(writes.size());
        writes.forEach((key, value) -> started.add(start(key, value)));
        CompletableFuture.allOf(started.toArray(new CompletableFuture<?>[0])).join();
    }

    @Override
    Keys keys(String prefix) {
        Iterator<S3Object> objects = new Pages(prefix);
        return new Keys() {
            @Override
            public @Nullable Key next() {
                return objects.hasNext() ? Key.of(objects.next().key().substring(root.length())) : null;
            }

            @Override
            public void close() {}
        };
    }

    /** Pages of a listing, one after another. */
    private final class Pages implements Iterator<S3Object> {
        private final String prefix;
        private Iterator<S3Object> page = List.<S3Object>of().iterator();
        private @Nullable String token;
        private boolean last;

        Pages(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && !last) {
                var response = client.listObjectsV2(request ->
                                request.bucket(bucket).prefix(root + prefix).continuationToken(token))
                        .join();
                page = response.contents().iterator();
                token = response.nextContinuationToken();
                last = token == null;
            }
            return page.hasNext();
        }

        @Override
        public S3Object next() {
            return page.next();
        }
    }

    @Override
    public void sync(Key prefix) {} // what was answered is durable

    @Override
    public void close() {
        client.close();
    }
}
