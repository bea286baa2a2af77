package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * What S3Proxy keeps objects in: sorted maps in memory, in the order of S3. Its own stores keep a key as a path, its
 * store in memory too, so that they cannot hold {@code p} together with {@code p/q}, and they sort by UTF-16.
 */
final class MemoryBlobStore implements BlobStore {

    private record Blob(byte[] bytes, String etag, Instant written, Map<String, String> metadata) {}

    private final Map<String, NavigableMap<String, Blob>> buckets = new ConcurrentHashMap<>();

    private static int compare(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
    }

    private NavigableMap<String, Blob> bucket(String name) {
        NavigableMap<String, Blob> bucket = buckets.get(name);
        if (bucket == null) {
            throw S3Exceptions.noSuchBucket(name, "no such bucket");
        }
        return bucket;
    }

    private Blob blob(String bucket, String key) {
        Blob blob = bucket(bucket).get(key);
        if (blob == null) {
            throw S3Exceptions.noSuchKey(bucket, key, "no such key");
        }
        return blob;
    }

    @Override
    public ListBucketsResponse list() {
        List<Bucket> all = buckets.keySet().stream()
                .map(name -> SdkResponses.bucket(name, Instant.EPOCH))
                .toList();
        return ListBucketsResponse.builder().buckets(all).build();
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        String prefix = request.prefix() == null ? "" : request.prefix();
        String token = request.continuationToken();
        String after = token != null ? new String(HexFormat.of().parseHex(token), UTF_8) : request.startAfter();
        boolean inside = after != null && compare(after, prefix) >= 0;
        int max = request.maxKeys() == null ? 1000 : request.maxKeys();
        List<S3Object> page = new ArrayList<>();
        NavigableMap<String, Blob> all = bucket(request.bucket());
        if (max == 0) {
            return SdkResponses.objectsPage(page, List.of(), null);
        }
        for (Map.Entry<String, Blob> entry :
                all.tailMap(inside ? after : prefix, !inside).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (page.size() == max) {
                String last = page.get(max - 1).key();
                return SdkResponses.objectsPage(page, List.of(), HexFormat.of().formatHex(last.getBytes(UTF_8)));
            }
            Blob blob = entry.getValue();
            page.add(SdkResponses.objectEntry(
                    entry.getKey(), blob.etag, blob.written, (long) blob.bytes.length, StorageClass.STANDARD));
        }
        return SdkResponses.objectsPage(page, List.of(), null);
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        bucket(request.bucket());
        return HeadBucketResponse.builder().build();
    }

    @Override
    public CreateBucketResponse createContainer(CreateBucketRequest request) {
        if (buckets.putIfAbsent(request.bucket(), new ConcurrentSkipListMap<>(MemoryBlobStore::compare)) != null) {
            throw S3Exceptions.bucketAlreadyOwnedByYou(request.bucket());
        }
        return CreateBucketResponse.builder().build();
    }

    @Override
    public void deleteBucket(String name) {
        buckets.remove(name);
    }

    @Override
    public BucketCannedACL getContainerAccess(String name) {
        bucket(name);
        return BucketCannedACL.PRIVATE;
    }

    @Override
    public void setContainerAccess(String name, BucketCannedACL access) {}

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        byte[] bytes;
        try {
            bytes = payload.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (request.contentLength() != null && request.contentLength() != bytes.length) {
            throw S3Exceptions.fromStatusCode(400);
        }
        Blob blob = new Blob(bytes, md5(bytes), Instant.now(), request.metadata());
        bucket(request.bucket()).put(request.key(), blob);
        return SdkResponses.putResponse(blob.etag);
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        Blob blob = blob(request.bucket(), request.key());
        return HeadObjectResponse.builder()
                .contentLength((long) blob.bytes.length)
                .eTag('"' + blob.etag + '"')
                .lastModified(blob.written)
                .metadata(blob.metadata)
                .build();
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        Blob blob = blob(request.bucket(), request.key());
        GetObjectResponse head = GetObjectResponse.builder()
                .contentLength((long) blob.bytes.length)
                .eTag('"' + blob.etag + '"')
                .lastModified(blob.written)
                .metadata(blob.metadata)
                .build();
        return SdkResponses.getResponse(head, new ByteArrayInputStream(blob.bytes));
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        bucket(request.bucket()).remove(request.key());
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public ObjectCannedACL getBlobAccess(String bucket, String key) {
        blob(bucket, key);
        return ObjectCannedACL.PRIVATE;
    }

    @Override
    public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {}

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        throw notNeeded();
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        throw notNeeded();
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
        throw notNeeded();
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        throw notNeeded();
    }

    @Override
    public UploadPartResponse uploadMultipartPart(MultipartUpload upload, UploadPartRequest request, InputStream body) {
        throw notNeeded();
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        throw notNeeded();
    }

    @Override
    public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(String bucket) {
        return List.of();
    }

    @Override
    public long getMinimumMultipartPartSize() {
        return 1;
    }

    private static UnsupportedOperationException notNeeded() {
        return new UnsupportedOperationException("the store under test does not use this");
    }
}
