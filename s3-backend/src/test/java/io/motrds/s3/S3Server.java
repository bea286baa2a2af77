package io.motrds.s3;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server to test against, and how to reach it. */
public record S3Server(String endpoint, String accessKey, String secretKey) {

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    /** S3Proxy within this process, one for all tests: authenticated, on a free port of loopback, gone with the process. */
    public static S3Server s3Proxy() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final S3Server SERVER = start(new MemoryBlobStore());
    }

    static S3Server start(BlobStore blobs) {
        S3Server server = new S3Server("", "test-access-key", "test-secret-key");
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, server.accessKey, server.secretKey)
                .ignoreUnknownHeaders(true) // a session token is one to it
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not start", e);
        }
        return new S3Server("http://127.0.0.1:" + proxy.getPort(), server.accessKey, server.secretKey);
    }

    /** The same server behind another address. */
    S3Server at(String otherEndpoint) {
        return new S3Server(otherEndpoint, accessKey, secretKey);
    }

    /** A name that no bucket of this run has. */
    static String freshBucket() {
        return "test-" + Long.toString(System.currentTimeMillis(), 36) + "-" + BUCKETS.incrementAndGet();
    }

    /** Parameters of a store in a bucket that is created when it is missing. */
    Map<String, String> store(String bucket) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("type", "s3ds");
        parameters.put("bucket", bucket);
        parameters.put("regionEndpoint", endpoint);
        parameters.put("accessKey", accessKey);
        parameters.put("secretKey", secretKey);
        parameters.put("createBucket", "true");
        return parameters;
    }

    /** Parameters of the store that stands for a folder: all such stores share a bucket, as a bucket takes time to make. */
    public Map<String, String> storeFor(Path folder) {
        Map<String, String> parameters = store("test-kit");
        parameters.put(
                "rootDirectory",
                Integer.toUnsignedString(folder.toString().hashCode(), 36) + "/" + folder.getFileName());
        return parameters;
    }

    /** Opens a store in a bucket, with further parameters: name, value, name, value… */
    Datastore open(String bucket, String... parameters) {
        Map<String, String> all = store(bucket);
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return Datastores.open(all);
    }

    /** A client that knows nothing of our store, to look at what it wrote. */
    S3Client client() {
        return S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build();
    }
}
