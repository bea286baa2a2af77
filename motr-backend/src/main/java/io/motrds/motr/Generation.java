package io.motrds.motr;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The name of one write of one value: no two writes share one, so data is never overwritten.
 *
 * @param millis when it was registered, by the writer's clock, in milliseconds since 1970
 * @param random 64 random bits
 */
public record Generation(long millis, long random) {
    /** Its size in a record. */
    static final int BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    static Generation now() {
        return new Generation(System.currentTimeMillis(), RANDOM.nextLong());
    }

    static Generation from(ByteBuffer buffer) {
        return new Generation(buffer.getLong(), buffer.getLong());
    }

    void to(ByteBuffer buffer) {
        buffer.putLong(millis).putLong(random);
    }

    /**
     * The high 64 bits of the object's identifier, of which Motr keeps 32: the low bits of the time, and one that keeps
     * clear of the identifiers that are Motr's own. The low 64 bits are the random ones.
     */
    public long objectContainer() {
        return (millis & 0x7fffffffL) | 0x80000000L;
    }

    @Override
    public String toString() {
        return String.format("%016x-%016x", millis, random);
    }
}
