package io.motrds.ipfs.cid;

import io.motrds.api.spi.Printable;
import java.io.ByteArrayOutputStream;

/**
 * The name of a block: the hash of its bytes, and the codec that says how to read them.
 *
 * <p>Version 0 is a bare sha2-256 multihash, always of dag-pb, written in base 58 ({@code Qm…}). Version 1 names its
 * codec and can be written in any {@link Multibase}, by default base 32 ({@code bafy…}). Two CIDs are equal when version,
 * codec and hash are. Immutable and thread-safe.
 */
public final class Cid {

    /** The codec of plain bytes. */
    public static final long RAW = 0x55;

    /** The codec of UnixFS nodes with links. */
    public static final long DAG_PB = 0x70;

    private static final int V0_TEXT = 46;
    private static final int V0_BYTES = 34;

    private final int version;
    private final long codec;
    private final Multihash hash;

    private Cid(int version, long codec, Multihash hash) {
        this.version = version;
        this.codec = codec;
        this.hash = hash;
    }

    /**
     * Version 0 of a dag-pb block.
     *
     * @throws InvalidCidException if the hash is not a sha2-256 of full length
     */
    public static Cid v0(Multihash hash) {
        if (!hash.isFullSha256()) {
            throw new InvalidCidException("a CIDv0 holds a sha2-256 of 32 bytes, not " + hash);
        }
        return new Cid(0, DAG_PB, hash);
    }

    /**
     * Version 1.
     *
     * @throws InvalidCidException if the codec is negative
     */
    public static Cid v1(long codec, Multihash hash) {
        if (codec < 0) {
            throw new InvalidCidException("a codec is not negative: " + codec);
        }
        return new Cid(1, codec, hash);
    }

    /**
     * Reads the text form, in any {@link Multibase}.
     *
     * @throws InvalidCidException if the text is no CID
     */
    public static Cid parse(String text) {
        try {
            if (text.length() == V0_TEXT && text.startsWith("Qm")) {
                return v0(Multihash.fromBytes(Multibase.BASE58_BTC.decodeDigits(text)));
            }
            byte[] bytes = Multibase.decode(text);
            if (bytes.length > 0 && bytes[0] == Multihash.SHA2_256) {
                throw new InvalidCidException("a CIDv0 is written without a base's prefix");
            }
            return whole(bytes);
        } catch (InvalidCidException e) {
            throw new InvalidCidException("not a CID: " + Printable.quoted(text) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the binary form, which must fill the array.
     *
     * @throws InvalidCidException if the bytes are no CID
     */
    public static Cid fromBytes(byte[] bytes) {
        try {
            return whole(bytes);
        } catch (InvalidCidException e) {
            throw new InvalidCidException("not a CID: " + e.getMessage(), e);
        }
    }

    private static Cid whole(byte[] bytes) {
        Cid cid = read(bytes, 0, bytes.length);
        if (cid.length() != bytes.length) {
            throw new InvalidCidException((bytes.length - cid.length()) + " bytes follow it");
        }
        return cid;
    }

    /**
     * Reads a CID that starts at a place in an array and ends before another; {@link #length} says how far it reaches.
     *
     * @throws InvalidCidException if no CID starts there
     */
    public static Cid read(byte[] bytes, int from, int to) {
        boolean v0 = to - from > 2 && bytes[from] == Multihash.SHA2_256 && bytes[from + 1] == V0_BYTES - 2;
        if (v0) {
            return v0(Multihash.read(bytes, from, to));
        }
        UnsignedVarint.Reader numbers = new UnsignedVarint.Reader(bytes, from, to);
        long version = numbers.next("CID version");
        if (version != 1) {
            throw new InvalidCidException("its version should be 0 or 1, not " + version);
        }
        long codec = numbers.next("codec");
        return v1(codec, Multihash.read(bytes, numbers.position(), to));
    }

    /** 0 or 1. */
    public int version() {
        return version;
    }

    /** How to read the block: {@link #RAW}, {@link #DAG_PB}, or another of the multicodec table. */
    public long codec() {
        return codec;
    }

    /** The codec's name, its number in hexadecimal when it is another than {@link #RAW} and {@link #DAG_PB}. */
    public String codecName() {
        if (codec == RAW) {
            return "raw";
        }
        return codec == DAG_PB ? "dag-pb" : "0x" + Long.toHexString(codec);
    }

    /** The hash of the block's bytes. */
    public Multihash hash() {
        return hash;
    }

    /** The same block's name in version 1. */
    public Cid toV1() {
        return version == 1 ? this : new Cid(1, codec, hash);
    }

    /** The binary form, a fresh array. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length());
        if (version > 0) {
            UnsignedVarint.write(version, out);
            UnsignedVarint.write(codec, out);
        }
        hash.writeTo(out);
        return out.toByteArray();
    }

    /** The number of bytes of the binary form. */
    public int length() {
        return (version == 0 ? 0 : 1 + UnsignedVarint.length(codec)) + hash.length();
    }

    /** The text form: base 58 for version 0, base 32 for version 1. */
    @Override
    public String toString() {
        return version == 0 ? Multibase.BASE58_BTC.encodeDigits(toBytes()) : Multibase.BASE32.encode(toBytes());
    }

    /**
     * The text form in a base.
     *
     * @throws IllegalArgumentException for a version 0 in another base than 58; see {@link #toV1}
     */
    public String toString(Multibase base) {
        if (version == 1) {
            return base.encode(toBytes());
        }
        if (base != Multibase.BASE58_BTC) {
            throw new IllegalArgumentException("a CIDv0 is always in base 58; convert it with toV1");
        }
        return toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cid cid && version == cid.version && codec == cid.codec && hash.equals(cid.hash);
    }

    @Override
    public int hashCode() {
        return 31 * hash.hashCode() + (int) codec + version;
    }
}
