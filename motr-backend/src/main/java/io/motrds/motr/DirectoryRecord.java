package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What the directory says about a key: the size and checksum of its value, and where the value is. Small, so that keys
 * and sizes are listed without touching data. Its write is the commit point of a value.
 *
 * @param size bytes of the value
 * @param checksum CRC-32C of the value
 * @param home where the value is
 */
record DirectoryRecord(long size, int checksum, Home home) {
    /** Version of this record. */
    static final byte VERSION = 1;
    /** Values up to this size lie in the directory record itself. */
    static final int MAX_INLINE_BYTES = 512;

    private static final int HEADER_BYTES = 16;
    /** The largest directory record. */
    static final int MAX_BYTES = HEADER_BYTES + MAX_INLINE_BYTES + Layout.SEAL_BYTES;

    private static final byte INLINE = 0;
    private static final byte CHUNKS = 1;
    private static final byte OBJECT = 2;

    /** Where a value is. */
    sealed interface Home {

        /** In the directory record. */
        record Inline(byte[] value) implements Home {}

        /** In a generation of its own. */
        sealed interface Outside extends Home {
            /** The generation. */
            Generation generation();
        }

        /** In an object of Motr. */
        record InObject(ObjectName name) implements Outside {
            @Override
            public Generation generation() {
                return name.generation();
            }
        }

        /** In pieces of {@code chunkBytes}, the last one smaller, in the same index. */
        record Chunks(Generation generation, int chunkBytes) implements Outside {}
    }

    static DirectoryRecord inline(byte[] value) {
        return new DirectoryRecord(value.length, checksum(value), new Home.Inline(value));
    }

    static DirectoryRecord chunks(byte[] value, Generation generation, int chunkBytes) {
        return new DirectoryRecord(value.length, checksum(value), new Home.Chunks(generation, chunkBytes));
    }

    static DirectoryRecord object(byte[] value, ObjectName name) {
        return new DirectoryRecord(value.length, checksum(value), new Home.InObject(name));
    }

    /** CRC-32C, which processors have an instruction for. */
    static int checksum(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value, 0, value.length);
        return (int) crc.getValue();
    }

    /** How many pieces the value is in. */
    int chunkCount() {
        return home instanceof Home.Chunks chunks
                ? Math.toIntExact((size + chunks.chunkBytes - 1) / chunks.chunkBytes)
                : 0;
    }

    /** The record's bytes, under a key of the directory. */
    byte[] encode(byte[] directoryKey) {
        byte[] body = body();
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + body.length + Layout.SEAL_BYTES);
        buffer.put(VERSION).put(code()).putShort((short) 0);
        buffer.putLong(size).putInt(checksum).put(body);
        return buffer.putInt(Layout.seal(directoryKey, buffer.array())).array();
    }

    private byte code() {
        if (home instanceof Home.Inline) {
            return INLINE;
        }
        return home instanceof Home.Chunks ? CHUNKS : OBJECT;
    }

    private byte[] body() {
        if (home instanceof Home.Inline inline) {
            return inline.value;
        }
        if (home instanceof Home.Chunks chunks) {
            ByteBuffer body = ByteBuffer.allocate(Generation.BYTES + 4);
            chunks.generation.to(body);
            return body.putInt(chunks.chunkBytes).array();
        }
        ByteBuffer body = ByteBuffer.allocate(ObjectName.BYTES);
        ((Home.InObject) home).name.to(body);
        return body.array();
    }

    /**
     * Reads a record.
     *
     * @throws CorruptDataException if it is damaged or of a version that is not known
     */
    static DirectoryRecord decode(byte[] directoryKey, byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        if (record.length < HEADER_BYTES + Layout.SEAL_BYTES
                || record.length > MAX_BYTES
                || buffer.getInt(record.length - Layout.SEAL_BYTES) != Layout.seal(directoryKey, record)) {
            throw new CorruptDataException("the directory record is damaged: " + record.length + " bytes");
        }
        byte version = buffer.get();
        byte home = buffer.get();
        if (version != VERSION || buffer.getShort() != 0 || home > OBJECT || home < 0) {
            throw new CorruptDataException("the directory record is of version " + version + ", home " + home
                    + ", which this motrds does not know: read it with a newer one");
        }
        long size = buffer.getLong();
        int checksum = buffer.getInt();
        int body = record.length - HEADER_BYTES - Layout.SEAL_BYTES;
        if (home == INLINE && body == size) {
            byte[] value = Arrays.copyOfRange(record, HEADER_BYTES, HEADER_BYTES + body);
            return new DirectoryRecord(size, checksum, new Home.Inline(value));
        }
        if (home == CHUNKS && body == Generation.BYTES + 4 && size > 0 && size <= Integer.MAX_VALUE) {
            Home.Chunks chunks = new Home.Chunks(Generation.from(buffer), buffer.getInt());
            if (chunks.chunkBytes > 0) {
                return new DirectoryRecord(size, checksum, chunks);
            }
        }
        if (home == OBJECT && body == ObjectName.BYTES && size > 0 && size <= Integer.MAX_VALUE) {
            return new DirectoryRecord(size, checksum, new Home.InObject(ObjectName.from(buffer)));
        }
        throw new CorruptDataException("the directory record contradicts itself: home " + home + ", size " + size);
    }
}
