package io.motrds.ipfs.cid;

import java.io.ByteArrayOutputStream;

/**
 * Numbers as CIDs, protobuf and CAR files write them: seven bits a byte, least significant first, in the shortest form.
 * What is read of CIDs and multihashes must be in that form, too, and in at most nine bytes (63 bits), as the multiformats
 * rules want it.
 */
public final class UnsignedVarint {

    /** The most bytes that a number of 64 bits takes. */
    public static final int MAX_LENGTH = 10;

    private static final int MAX_BYTES = 9;

    private UnsignedVarint() {}

    static void write(long value, ByteArrayOutputStream out) {
        byte[] bytes = new byte[MAX_LENGTH];
        out.write(bytes, 0, write(value, bytes, 0));
    }

    /** Writes a number, taken as unsigned, into an array that has room for it, and returns the place behind it. */
    public static int write(long value, byte[] target, int at) {
        int place = at;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[place++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target[place++] = (byte) rest;
        return place;
    }

    /** How many bytes the number, taken as unsigned, takes. */
    public static int length(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    /** Reads numbers one after the other. */
    static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int position;

        Reader(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.position = from;
            this.end = to;
        }

        int position() {
            return position;
        }

        long next(String what) {
            long value = 0;
            for (int i = 0; i < MAX_BYTES; i++) {
                if (position == end) {
                    throw new InvalidCidException("ends within its " + what);
                }
                byte b = bytes[position++];
                value |= (long) (b & 0x7f) << (7 * i);
                if (b >= 0) {
                    if (b == 0 && i > 0) {
                        throw new InvalidCidException("has a " + what + " that is not in its shortest form");
                    }
                    return value;
                }
            }
            throw new InvalidCidException("has a " + what + " over 63 bits");
        }
    }
}
