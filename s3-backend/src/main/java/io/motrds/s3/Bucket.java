package io.motrds.s3;

import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.Printable;
import io.netty.util.concurrent.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One bucket of one server, asynchronous: a method returns when the request was handed over, waiting only for a place in
 * the {@link Window}; its future fails with a {@link DatastoreException}. Thread-safe.
 */
final class Bucket implements AutoCloseable {

    /** The most keys that one request deletes. */
    static final int MAX_DELETES = 1000;

    /** The most objects that one page of a listing has. */
    static final int MAX_PAGE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
    private static final long TRUST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long GRACE_MILLIS = 5_000; // for the SDK's own timeout to be reported

    private final Settings settings;
    private final String name;
    private final ObjectNames names;
    private final Window window;
    private final Failures failures;
    private final AwsCredentialsProvider credentials;
    private final EventLoops loops = new EventLoops();
    private final S3AsyncClient client;
    private volatile long lastSeen = System.nanoTime() - TRUST_NANOS;

    Bucket(Settings settings) {
        this.settings = settings;
        this.name = settings.bucket();
        this.names = settings.names();
        this.window = new Window(settings.workers(), settings.inFlightBytes(), settings.timeout());
        this.failures = new Failures(settings);
        this.credentials = Clients.credentials(settings);
        this.client = Clients.create(settings, credentials, loops);
    }

    /**
     * One page of a listing.
     *
     * @param more whether the listing goes on after it
     * @param token how it goes on, if the server says so
     */
    record Page(
            List<S3Object> objects, boolean more, @Nullable String token) {
        static final Page EMPTY = new Page(List.of(), false, null);

        /** The name after which the listing goes on; null when the page is empty. */
        @Nullable String last() {
            return objects.isEmpty() ? null : objects.get(objects.size() - 1).key();
        }
    }

    /** Makes sure that the bucket is there and usable. */
    void open(boolean create) {
        try {
            check("open");
        } catch (MisconfiguredException e) {
            if (!create || !(e.getCause() instanceof NoSuchBucketException)) {
                throw e;
            }
            create();
        }
    }

    /** Lists nothing: unlike a HEAD, a listing that fails says what is wrong. */
    private void check(String what) {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(names.prefix())
                .maxKeys(0)
                .build();
        await(what, start(0, what, () -> client.listObjectsV2(request), answer -> true));
    }

    private void create() {
        CreateBucketRequest.Builder request = CreateBucketRequest.builder().bucket(name);
        if (settings.endpoint().isEmpty()) { // other servers than AWS refuse regions that they do not know
            settings.region()
                    .filter(region -> !region.equals("us-east-1"))
                    .ifPresent(region -> request.createBucketConfiguration(where -> where.locationConstraint(region)));
        }
        boolean created = await(
                "create bucket",
                start(
                        0,
                        "create bucket",
                        () -> client.createBucket(request.build()),
                        answer -> true,
                        BucketAlreadyOwnedByYouException.class::isInstance,
                        false));
        if (created) {
            LOG.info("created bucket {}", name);
        }
    }

    /** The key's value; empty when absent. */
    CompletableFuture<Optional<byte[]>> get(Key key) {
        GetObjectRequest request =
                GetObjectRequest.builder().bucket(name).key(names.nameOf(key)).build();
        return start(
                0,
                "get " + key,
                () -> client.getObject(request, new Value()),
                Optional::of,
                NoSuchKeyException.class::isInstance,
                Optional.empty());
    }

    /** The size of the key's value; empty when absent. */
    CompletableFuture<OptionalLong> size(Key key) {
        HeadObjectRequest request =
                HeadObjectRequest.builder().bucket(name).key(names.nameOf(key)).build();
        return start(
                0,
                "size " + key,
                () -> client.headObject(request),
                answer -> OptionalLong.of(answer.contentLength()),
                NoSuchKeyException.class::isInstance,
                OptionalLong.empty());
    }

    /**
     * Waits for {@link #size}. A HEAD that finds nothing does not say whether the key or the bucket is missing: absence is
     * believed only while the bucket was seen lately.
     */
    OptionalLong awaitSize(Key key) {
        OptionalLong size = await("size " + key, size(key));
        if (size.isEmpty() && System.nanoTime() - lastSeen > TRUST_NANOS) {
            check("size " + key);
        }
        return size;
    }

    /** Sets a value. The array must not change before the future completes, and not after it fails either. */
    CompletableFuture<Boolean> put(Key key, byte[] value) {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(name)
                .key(names.nameOf(key))
                .contentLength((long) value.length)
                .metadata(Value.metadata(value))
                .build();
        return start(
                value.length,
                "put " + key,
                () -> client.putObject(request, AsyncRequestBody.fromBytesUnsafe(value)),
                answer -> true);
    }

    /** Removes a key. */
    CompletableFuture<Boolean> delete(Key key) {
        DeleteObjectRequest request = DeleteObjectRequest.builder()
                .bucket(name)
                .key(names.nameOf(key))
                .build();
        return start(
                0,
                "delete " + key,
                () -> client.deleteObject(request),
                answer -> true,
                NoSuchKeyException.class::isInstance,
                true);
    }

    /** Removes up to {@link #MAX_DELETES} keys that {@link ObjectNames#fitsXml} takes; gives those that could not be removed, and why. */
    CompletableFuture<Map<Key, DatastoreException>> deleteAll(List<Key> keys) {
        Map<String, Key> byName = new LinkedHashMap<>();
        keys.forEach(key -> byName.put(names.nameOf(key), key));
        List<ObjectIdentifier> objects = byName.keySet().stream()
                .map(object -> ObjectIdentifier.builder().key(object).build())
                .toList();
        DeleteObjectsRequest request = DeleteObjectsRequest.builder()
                .bucket(name)
                .delete(delete -> delete.objects(objects).quiet(true))
                .build();
        String what = "delete " + keys.size() + " keys from " + keys.get(0);
        return start(0, what, () -> client.deleteObjects(request), answer -> {
            Map<Key, DatastoreException> failed = new LinkedHashMap<>();
            for (S3Error error : answer.errors()) {
                if ("NoSuchKey".equals(error.code())) {
                    continue;
                }
                Key key = byName.get(error.key());
                if (key == null) {
                    return spareAll(keys, what, error);
                }
                failed.put(key, failures.of("delete " + key, error.code(), error.message()));
            }
            return failed;
        });
    }

    /** An error for a name that is spelt otherwise than it was sent: any key may be the one that is left, until asked alone. */
    private Map<Key, DatastoreException> spareAll(List<Key> keys, String what, S3Error error) {
        DatastoreException unclear = new DatastoreUnavailableException(settings.storeName() + ": " + what
                + ": the server answered " + error.code() + " for " + Printable.quoted(String.valueOf(error.key()))
                + ", as it spells one of them: " + Printable.start(String.valueOf(error.message())));
        Map<Key, DatastoreException> all = new LinkedHashMap<>();
        keys.forEach(key -> all.put(key, unclear));
        return all;
    }

    /**
     * One page of a listing, in the order of names. It goes on after the last name of the page before, not with that
     * page's token: Ceph's token is that name, unescaped, which XML cannot always say.
     *
     * @param before the page before; null for the first
     * @param max how many objects at most, up to {@link #MAX_PAGE}
     */
    CompletableFuture<Page> list(ObjectNames.Listing where, @Nullable Page before, int max) {
        String last = before == null ? where.startAfter() : before.last();
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(where.prefix())
                .startAfter(last)
                .continuationToken(before != null && last == null ? before.token() : null)
                .maxKeys(max)
                .encodingType(EncodingType.URL) // XML alone cannot say every character
                .build();
        return start(0, "list " + where.prefix(), () -> client.listObjectsV2(request), this::page);
    }

    private Page page(ListObjectsV2Response answer) {
        Page page =
                new Page(answer.contents(), Boolean.TRUE.equals(answer.isTruncated()), answer.nextContinuationToken());
        if (page.more() && page.last() == null && page.token() == null) {
            throw new DatastoreException(settings.storeName()
                    + ": a listing was cut short without saying how to continue; this server cannot be listed safely");
        }
        return page;
    }

    private <S, T> CompletableFuture<T> start(
            int bytes, String what, Supplier<CompletableFuture<S>> request, Function<S, T> answered) {
        return start(bytes, what, request, answered, failure -> false, null);
    }

    /**
     * Sends a request.
     *
     * @param absent whether a failure means that nothing was there
     * @param absence what the future then holds
     */
    private <S, T> CompletableFuture<T> start(
            int bytes,
            String what,
            Supplier<CompletableFuture<S>> request,
            Function<S, T> answered,
            Predicate<Throwable> absent,
            @Nullable T absence) {
        Window.Place place = window.enter(bytes, settings.storeName() + ": " + what);
        CompletableFuture<S> sent;
        try {
            sent = request.get();
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.handle((answer, failure) -> {
            place.leave();
            if (failure == null) {
                lastSeen = System.nanoTime();
                return answered.apply(answer);
            }
            if (absent.test(Failures.unwrap(failure))) {
                return absence;
            }
            throw failures.translate(what, failure);
        });
    }

    /** Waits for what was started. The SDK ends it in time; the deadline here is for the case that it does not. */
    <T> T await(String what, CompletableFuture<T> started) {
        try {
            return started.get(settings.timeout().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failures.translate(what, e);
        } catch (TimeoutException e) {
            throw new DatastoreTimeoutException(settings.storeName() + ": " + what + ": no end after the timeout", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(settings.storeName() + ": " + what + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
        // in its own time, as its threads are daemons; with a pause, for what the client still has to tell them
        Future<?> unused = loops.shutdownGracefully(100, 5_000, TimeUnit.MILLISECONDS);
        if (credentials instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("closing the credentials of {} failed", settings.storeName(), e);
            }
        }
    }
}
