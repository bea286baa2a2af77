package io.motrds.motr;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How go-ds-motr names its records: the name's bytes, and behind them 16 bytes that are always the same. It meant to hash
 * with FNV-1, but Go's {@code Sum} hashes nothing: it appends the hash of what was written before, which is nothing.
 */
final class RecordName {
    private static final byte[] SUFFIX = {
        0x6c,
        0x62,
        0x27,
        0x2e,
        0x07,
        (byte) 0xbb,
        0x01,
        0x42,
        0x62,
        (byte) 0xb8,
        0x21,
        0x75,
        0x62,
        (byte) 0x95,
        (byte) 0xc5,
        (byte) 0x8d
    };

    /** What a record's key is longer than its name by. */
    static final int EXTRA_BYTES = SUFFIX.length;

    private RecordName() {}

    /** The key of a name's record. */
    static byte[] toRecordKey(byte[] name) {
        byte[] key = Arrays.copyOf(name, name.length + SUFFIX.length);
        System.arraycopy(SUFFIX, 0, key, name.length, SUFFIX.length);
        return key;
    }

    /** The name of a record's key; null for the key of another program. */
    static byte @Nullable [] ofRecordKey(byte[] key) {
        int length = key.length - SUFFIX.length;
        return length >= 0 && Arrays.equals(key, length, key.length, SUFFIX, 0, SUFFIX.length)
                ? Arrays.copyOf(key, length)
                : null;
    }

    /** The identifier that go-ds-motr shows for a name: the first 16 bytes of its record's key. */
    static Fid toOid(byte[] name) {
        ByteBuffer key = ByteBuffer.wrap(toRecordKey(name));
        return new Fid(key.getLong(), key.getLong());
    }
}
