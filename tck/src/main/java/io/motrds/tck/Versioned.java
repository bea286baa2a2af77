package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Values that say which write made them and show when they are torn: a number, bytes that follow from it, a checksum
 * over all. Their length follows from the number, too, and differs from one to the next.
 */
final class Versioned {

    private static final int FRAME = Long.BYTES + Long.BYTES;

    private Versioned() {}

    static byte[] value(long number) {
        return value(number, FRAME + (int) Math.floorMod(number * 37, 997L));
    }

    /** A value of this length, at least 16. */
    static byte[] value(long number, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        byte[] filling = new byte[length - FRAME];
        new Random(number).nextBytes(filling);
        buffer.putLong(number).put(filling);
        CRC32 crc = new CRC32();
        crc.update(buffer.array(), 0, length - Long.BYTES);
        return buffer.putLong(crc.getValue()).array();
    }

    /** The number of the write that made the value; fails when no write made it. */
    static long number(byte[] value, String rule) {
        assertTrue(value.length >= FRAME, () -> rule + ": a value of " + value.length + " bytes, which nobody wrote");
        CRC32 crc = new CRC32();
        crc.update(value, 0, value.length - Long.BYTES);
        ByteBuffer buffer = ByteBuffer.wrap(value);
        assertEquals(
                buffer.getLong(value.length - Long.BYTES),
                crc.getValue(),
                () -> rule + ": a value of " + value.length + " bytes that is a mixture of several or cut off");
        return buffer.getLong(0);
    }
}
