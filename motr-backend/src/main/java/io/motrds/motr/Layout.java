package io.motrds.motr;

import io.motrds.api.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the records in an index: five zones by the first byte. See {@code docs/motr-record-format.md}.
 *
 * <p>A read of the next keys runs past the end of its zone, and larger records behind it could make its reply too large.
 * Therefore the directory is last, and of its two zones the one of short keys, of which more fit a reply.
 */
final class Layout {
    /** Zone of the one marker record, the first record of the index. */
    static final byte MARKER = 0;
    /** Zone of the registry of generations. */
    static final byte REGISTRY = 1;
    /** Zone of the pieces of values. */
    static final byte CHUNKS = 2;
    /** Zone of the directory's keys that are not short. */
    static final byte LONG_KEYS = 3;
    /** Zone of the directory's keys of at most {@link #SHORT_KEY_BYTES}. */
    static final byte SHORT_KEYS = 4;

    /** The longest short key. Keys of blocks and the like are shorter; a reply holds twice as many of them as of any. */
    static final int SHORT_KEY_BYTES = 128;
    /** The longest key. */
    static final int MAX_KEY_BYTES = 1024;

    /** Bytes of a chunk's key. */
    static final int CHUNK_KEY_BYTES = 1 + Generation.BYTES + 4;

    /** Bytes of a {@link #seal}. */
    static final int SEAL_BYTES = 4;

    private static final byte REGISTRY_VERSION = 1;
    private static final int REGISTRY_BYTES = 1 + Fid.BYTES + SEAL_BYTES;
    private static final byte[] MARKER_KEY = {MARKER};

    private Layout() {}

    /** The marker's key. */
    static byte[] markerKey() {
        return MARKER_KEY.clone();
    }

    /** A generation's key in the registry. */
    static byte[] registryKey(Generation generation) {
        ByteBuffer key = ByteBuffer.allocate(1 + Generation.BYTES).put(REGISTRY);
        generation.to(key);
        return key.array();
    }

    /** What the registry says about a generation: the pool version that an object of it is in. */
    static byte[] registryValue(ObjectName name) {
        ByteBuffer value = ByteBuffer.allocate(REGISTRY_BYTES).put(REGISTRY_VERSION);
        name.poolVersion().to(value);
        return value.putInt(seal(registryKey(name.generation()), value.array())).array();
    }

    /**
     * The checksum at the end of a record: of its key and of what stands before, so that neither can be mistaken for
     * another.
     */
    static int seal(byte[] key, byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        crc.update(record, 0, record.length - SEAL_BYTES);
        return (int) crc.getValue();
    }

    /** The name of the object of a registered generation; null for a record of another shape, or a damaged one. */
    static @Nullable ObjectName registered(byte[] key, byte[] value) {
        return key.length == 1 + Generation.BYTES
                        && key[0] == REGISTRY
                        && value.length == REGISTRY_BYTES
                        && value[0] == REGISTRY_VERSION
                        && ByteBuffer.wrap(value).getInt(1 + Fid.BYTES) == seal(key, value)
                ? new ObjectName(
                        Generation.from(ByteBuffer.wrap(key, 1, Generation.BYTES)),
                        Fid.from(ByteBuffer.wrap(value, 1, Fid.BYTES)))
                : null;
    }

    /** The key of a value's piece. */
    static byte[] chunkKey(Generation generation, int number) {
        ByteBuffer key = ByteBuffer.allocate(CHUNK_KEY_BYTES).put(CHUNKS);
        generation.to(key);
        return key.putInt(number).array();
    }

    /** What the keys of a generation's pieces start with. */
    static byte[] chunkPrefix(Generation generation) {
        return Arrays.copyOf(chunkKey(generation, 0), 1 + Generation.BYTES);
    }

    /** A key's place in the directory. */
    static byte[] directoryKey(Key key) {
        byte[] utf8 = key.toUtf8();
        return inZone(utf8.length <= SHORT_KEY_BYTES ? SHORT_KEYS : LONG_KEYS, utf8);
    }

    /** The place in a zone of a key, or of a bound that need not be a key. */
    static byte[] inZone(byte zone, byte[] utf8) {
        byte[] place = new byte[1 + utf8.length];
        place[0] = zone;
        System.arraycopy(utf8, 0, place, 1, utf8.length);
        return place;
    }

    /** Whether a record's key starts so. */
    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.mismatch(key, 0, prefix.length, prefix, 0, prefix.length) < 0;
    }
}
