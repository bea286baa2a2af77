package io.motrds.ipfs.cid;

import java.io.ByteArrayOutputStream;

/**
 * The numbers inside CIDs and multihashes: seven bits a byte, least significant first. Only the shortest form is taken,
 * and at most nine bytes (63 bits), as the multiformats rules want it.
 */
final class UnsignedVarint {

    private static final int MAX_BYTES = 9;

    private UnsignedVarint() {}

    static void write(long value, ByteArrayOutputStream out) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** How many bytes the number takes. */
    static int length(long value) {
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
