package io.motrds.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Receives an object's bytes into one array of their size and verifies them: the length against Content-Length, the
 * content against the CRC that {@link #metadata} had stored with it, else against the ETag where that is the content's
 * MD5. What does not hold is asked for again like any other attempt that failed, since it may be an accident of transport
 * or of a server whose reads race with its writes.
 */
final class Value implements AsyncResponseTransformer<GetObjectResponse, byte[]> {

    /** The bytes were not those that were promised, after the last attempt. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Damaged(String message) {
            super(message);
        }
    }

    /** The metadata with a value's CRC-32C, as eight hexadecimal digits; some servers take letters and digits only. */
    static final String CRC = "motrdscrc32c";

    private static final Pattern CRC_DIGITS = Pattern.compile("[0-9a-fA-F]{8}");
    private static final Pattern MD5 = Pattern.compile("\"?([0-9a-fA-F]{32})\"?");
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    // of the attempt at hand
    private CompletableFuture<byte[]> result = new CompletableFuture<>();
    private @Nullable GetObjectResponse response;

    /** What is stored beside a value to verify it by: processors compute a CRC-32C ten times as fast as an MD5. */
    static Map<String, String> metadata(byte[] value) {
        return Map.of(CRC, crcOf(value));
    }

    private static String crcOf(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    @Override
    public CompletableFuture<byte[]> prepare() {
        result = new CompletableFuture<>();
        return result;
    }

    @Override
    public void onResponse(GetObjectResponse head) {
        response = head;
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> body) {
        GetObjectResponse head = response;
        Long length = head == null ? null : head.contentLength();
        if (head == null || length == null || length > MAX_ARRAY) {
            result.completeExceptionally(new Damaged(
                    length == null ? "the server gave no length" : length + " bytes are more than an array"));
            body.subscribe(new Drop());
            return;
        }
        body.subscribe(new Receiver(new byte[length.intValue()], head, result));
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        result.completeExceptionally(failure);
    }

    /** The content's CRC in lower-case hex; null where it was stored without. Servers spell names of metadata as they like. */
    private static @Nullable String crcOf(GetObjectResponse head) {
        return head.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(CRC))
                .map(Map.Entry::getValue)
                .filter(value -> CRC_DIGITS.matcher(value).matches())
                .map(value -> value.toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse(null);
    }

    /** The content's MD5 in lower-case hex; null where the ETag is something else. */
    private static @Nullable String md5Of(GetObjectResponse head) {
        String etag = head.eTag();
        // encrypted with a key of the customer or of KMS, an object's ETag looks like an MD5 and is none
        String encryption = head.serverSideEncryptionAsString();
        boolean ownKey =
                head.sseCustomerAlgorithm() != null || (encryption != null && encryption.startsWith("aws:kms"));
        if (etag == null || ownKey || !MD5.matcher(etag).matches()) {
            return null;
        }
        return etag.replace("\"", "").toLowerCase(Locale.ROOT);
    }

    private static String md5Of(byte[] value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has MD5", e);
        }
    }

    private static final class Receiver implements Subscriber<ByteBuffer> {
        private final byte[] bytes;
        private final GetObjectResponse head;
        private final CompletableFuture<byte[]> result;
        private int received; // below zero: more than was promised

        Receiver(byte[] bytes, GetObjectResponse head, CompletableFuture<byte[]> result) {
            this.bytes = bytes;
            this.head = head;
            this.result = result;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            if (received < 0 || part.remaining() > bytes.length - received) {
                received = -1;
                return;
            }
            int length = part.remaining();
            part.get(bytes, received, length);
            received += length;
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            String damage = damage();
            if (damage == null) {
                result.complete(bytes);
            } else {
                result.completeExceptionally(RetryableException.create(damage, new Damaged(damage)));
            }
        }

        private @Nullable String damage() {
            if (received != bytes.length) {
                return "the body is not the " + bytes.length + " bytes that the server promised";
            }
            String crc = crcOf(head);
            if (crc != null) {
                return crc.equals(crcOf(bytes))
                        ? null
                        : "the CRC-32C of what was received is not " + crc + ", as was stored";
            }
            String md5 = md5Of(head);
            if (md5 != null && !md5.equals(md5Of(bytes))) {
                return "the MD5 of what was received is not the object's ETag " + md5;
            }
            return null;
        }
    }

    /** Refuses a body. */
    private static final class Drop implements Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(ByteBuffer part) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
