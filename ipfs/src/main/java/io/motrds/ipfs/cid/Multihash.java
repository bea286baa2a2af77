package io.motrds.ipfs.cid;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A hash that says which function made it: a code, a length, a digest.
 *
 * <p>Hashes of any function can be parsed and printed. Data can be checked against sha2-256, whole or cut short to 20
 * bytes or more, and identity, where the digest is the data itself. Immutable and thread-safe.
 */
public final class Multihash {

    /** The code of identity: the digest is the data. */
    public static final long IDENTITY = 0x00;

    /** The code of sha2-256. */
    public static final long SHA2_256 = 0x12;

    /** The longest data, in bytes, that an identity hash may carry where content is read: kubo's limit. */
    public static final int MAX_IDENTITY_BYTES = 128;

    /** The shortest digest, in bytes, that is trusted: kubo's limit. */
    public static final int MIN_DIGEST_BYTES = 20;

    private static final int SHA2_256_BYTES = 32;

    private final long code;
    private final byte[] digest;

    private Multihash(long code, byte[] digest) {
        this.code = code;
        this.digest = digest;
    }

    /** The sha2-256 of data. */
    public static Multihash sha256(byte[] data) {
        return sha256(data, 0, data.length);
    }

    /** The sha2-256 of a part of an array. */
    public static Multihash sha256(byte[] data, int offset, int length) {
        MessageDigest sha256 = newSha256();
        sha256.update(data, offset, length);
        return new Multihash(SHA2_256, sha256.digest());
    }

    /**
     * The identity hash of data.
     *
     * @throws InvalidCidException if the data is over {@link #MAX_IDENTITY_BYTES}
     */
    public static Multihash identity(byte[] data) {
        if (data.length > MAX_IDENTITY_BYTES) {
            throw new InvalidCidException("an identity hash carries at most " + MAX_IDENTITY_BYTES + " bytes, not "
                    + data.length + "; use sha2-256");
        }
        return new Multihash(IDENTITY, data.clone());
    }

    /**
     * A hash made elsewhere. The digest is copied.
     *
     * @throws InvalidCidException if the code is negative
     */
    public static Multihash of(long code, byte[] digest) {
        if (code < 0) {
            throw new InvalidCidException("a multihash code is not negative: " + code);
        }
        return new Multihash(code, digest.clone());
    }

    /**
     * Reads the binary form, which must fill the array.
     *
     * @throws InvalidCidException if the bytes are no multihash
     */
    public static Multihash fromBytes(byte[] bytes) {
        try {
            Multihash hash = read(bytes, 0, bytes.length);
            if (hash.length() != bytes.length) {
                throw new InvalidCidException((bytes.length - hash.length()) + " bytes follow it");
            }
            return hash;
        } catch (InvalidCidException e) {
            throw new InvalidCidException("not a multihash: " + e.getMessage(), e);
        }
    }

    /** Reads a multihash that starts at a place and ends before another; {@link #length} says how far it reaches. */
    static Multihash read(byte[] bytes, int from, int to) {
        UnsignedVarint.Reader numbers = new UnsignedVarint.Reader(bytes, from, to);
        long code = numbers.next("hash code");
        long length = numbers.next("digest length");
        int start = numbers.position();
        if (length > to - start) {
            throw new InvalidCidException(
                    "its digest should have " + length + " bytes, but " + (to - start) + " remain");
        }
        return new Multihash(code, Arrays.copyOfRange(bytes, start, start + (int) length));
    }

    /** Which function made it: {@link #SHA2_256}, {@link #IDENTITY}, or another of the multicodec table. */
    public long code() {
        return code;
    }

    /** The digest, a fresh copy. */
    public byte[] digest() {
        return digest.clone();
    }

    /** Whether the digest is the data itself. */
    public boolean isIdentity() {
        return code == IDENTITY;
    }

    /** Whether this is a sha2-256 of full length, as a CIDv0 wants it. */
    boolean isFullSha256() {
        return code == SHA2_256 && digest.length == SHA2_256_BYTES;
    }

    /**
     * Whether the data has this hash.
     *
     * @throws UnsupportedHashException if the hash function cannot be computed, or the digest is too short or too
     *     long to be trusted
     */
    public boolean matches(byte[] data) {
        requireVerifiable();
        if (isIdentity()) {
            return Arrays.equals(digest, data);
        }
        byte[] actual = newSha256().digest(data);
        return MessageDigest.isEqual(digest, Arrays.copyOf(actual, digest.length));
    }

    /**
     * Refuses a hash that data cannot be checked against.
     *
     * @throws UnsupportedHashException as {@link #matches}
     */
    public void requireVerifiable() {
        if (isIdentity()) {
            require(digest.length <= MAX_IDENTITY_BYTES, "identity hashes carry at most " + MAX_IDENTITY_BYTES);
        } else if (code == SHA2_256) {
            require(
                    digest.length >= MIN_DIGEST_BYTES && digest.length <= SHA2_256_BYTES,
                    "sha2-256 digests have " + MIN_DIGEST_BYTES + " to " + SHA2_256_BYTES);
        } else {
            throw new UnsupportedHashException("hash function " + functionName() + " cannot be computed here, so "
                    + "its data cannot be checked; supported are sha2-256 and identity");
        }
    }

    private void require(boolean holds, String rule) {
        if (!holds) {
            throw new UnsupportedHashException(rule + " bytes, this one has " + digest.length);
        }
    }

    /** The binary form, a fresh array. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length());
        writeTo(out);
        return out.toByteArray();
    }

    void writeTo(ByteArrayOutputStream out) {
        UnsignedVarint.write(code, out);
        UnsignedVarint.write(digest.length, out);
        out.write(digest, 0, digest.length);
    }

    /** The number of bytes of the binary form. */
    public int length() {
        return UnsignedVarint.length(code) + UnsignedVarint.length(digest.length) + digest.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multihash hash && code == hash.code && Arrays.equals(digest, hash.digest);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(digest) + Long.hashCode(code);
    }

    /** The function and the digest in hexadecimal, as in {@code sha2-256:e3b0c442…}. */
    @Override
    public String toString() {
        return functionName() + ":" + HexFormat.of().formatHex(digest);
    }

    private String functionName() {
        if (code == IDENTITY) {
            return "identity";
        }
        return code == SHA2_256 ? "sha2-256" : "0x" + Long.toHexString(code);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
