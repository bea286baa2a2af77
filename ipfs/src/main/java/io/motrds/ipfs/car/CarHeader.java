package io.motrds.ipfs.car;

import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CAR starts with, in DAG-CBOR: {@code {"roots": [CID, …], "version": 1}}. Only what such a header may hold is
 * understood: a map, texts, a list, numbers, and CIDs, which are byte strings under tag 42 with a zero before them.
 */
final class CarHeader {

    private static final int NUMBER = 0;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int CID_TAG = 42;

    private final byte[] bytes;
    private int position;

    private CarHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    static byte[] encode(List<Cid> roots) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        head(MAP, 2, out);
        text("roots", out);
        head(LIST, roots.size(), out);
        for (Cid root : roots) {
            head(TAG, CID_TAG, out);
            head(BYTES, root.length() + 1, out);
            out.write(0);
            out.writeBytes(root.toBytes());
        }
        text("version", out);
        head(NUMBER, 1, out);
        return out.toByteArray();
    }

    private static void text(String text, ByteArrayOutputStream out) {
        head(TEXT, text.length(), out);
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void head(int major, int value, ByteArrayOutputStream out) {
        if (value < 24) {
            out.write(major << 5 | value);
            return;
        }
        int bytes = value < 1 << 8 ? 1 : value < 1 << 16 ? 2 : 4;
        out.write(major << 5 | (bytes == 4 ? 26 : 23 + bytes));
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write(value >>> shift);
        }
    }

    /**
     * The roots that a header names.
     *
     * @throws MalformedCarException if it is no header of a CAR
     * @throws UnsupportedContentException if it is that of another version
     */
    static List<Cid> decode(byte[] header) {
        return new CarHeader(header).decode();
    }

    private List<Cid> decode() {
        List<Cid> roots = null;
        long version = -1;
        for (long fields = next(MAP); fields > 0; fields--) {
            String name = new String(bytes(TEXT), StandardCharsets.UTF_8);
            if (name.equals("version") && version < 0) {
                version = next(NUMBER);
            } else if (name.equals("roots") && roots == null) {
                roots = roots();
            } else {
                throw malformed("it has a field that it should not have, or twice");
            }
        }
        if (position != bytes.length) {
            throw malformed((bytes.length - position) + " bytes follow it");
        }
        return roots(version, roots);
    }

    private static List<Cid> roots(long version, @Nullable List<Cid> roots) {
        if (version > 1) {
            throw new UnsupportedContentException("this is a CAR of version " + version
                    + "; only version 1 can be read, as ipfs dag export writes it");
        }
        if (version != 1 || roots == null) {
            throw malformed(roots == null ? "it names no roots" : "it names no version");
        }
        return roots;
    }

    private List<Cid> roots() {
        List<Cid> roots = new ArrayList<>();
        for (long count = next(LIST); count > 0; count--) { // each takes bytes, so a false count ends with them
            if (next(TAG) != CID_TAG) {
                throw malformed("a root is no CID");
            }
            byte[] cid = bytes(BYTES);
            if (cid.length == 0 || cid[0] != 0) {
                throw malformed("a root is no CID");
            }
            try {
                roots.add(Cid.fromBytes(Arrays.copyOfRange(cid, 1, cid.length)));
            } catch (InvalidCidException e) {
                throw malformed("a root is " + e.getMessage());
            }
        }
        return roots;
    }

    private byte[] bytes(int major) {
        long length = next(major);
        if (length > bytes.length - position) {
            throw malformed("it ends within a field");
        }
        position += (int) length;
        return Arrays.copyOfRange(bytes, position - (int) length, position);
    }

    /** Reads a head of this kind and gives its number: a value, a length, or a count. */
    private long next(int major) {
        int first = nextByte();
        if (first >> 5 != major) {
            throw malformed("at its byte " + (position - 1) + " is another kind of value than expected");
        }
        int info = first & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw malformed("a length in it is indefinite or unknown");
        }
        long value = 0;
        for (int left = 1 << (info - 24); left > 0; left--) {
            value = (value << 8) | nextByte();
        }
        if (value < 0) {
            throw malformed("a number in it is too large");
        }
        return value;
    }

    private int nextByte() {
        if (position == bytes.length) {
            throw malformed("it ends too early");
        }
        return bytes[position++] & 0xff;
    }

    private static MalformedCarException malformed(String why) {
        return new MalformedCarException("not a CAR: its header is malformed: " + why);
    }
}
