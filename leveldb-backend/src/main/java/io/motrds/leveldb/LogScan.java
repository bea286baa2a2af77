package io.motrds.leveldb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Tells how much of a log or manifest can be used. The library drops damaged records without a word and goes on behind
 * them; here a torn end, which a crash leaves, is told from damage, which must not pass for one.
 *
 * <p>A log is made of blocks of 32 KiB, a block of chunks: a masked CRC-32C, a length, a type, the payload. A record is
 * a FULL chunk, or a FIRST, MIDDLEs and a LAST.
 */
final class LogScan {

    private static final int BLOCK = 32 << 10;
    private static final int HEADER = 7;
    private static final int SECTOR = 512; // the least that a disk writes
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;

    private final Path file;
    private final byte[] block = new byte[BLOCK];
    private int length; // of the block at hand
    private long start; // of the block at hand
    private final long size; // of the file when the scan began: it may grow
    private long sound; // behind the last whole record
    private boolean inRecord;

    private LogScan(Path file) throws IOException {
        this.file = file;
        this.size = Files.size(file);
    }

    /**
     * The number of bytes, from the start, that hold whole records.
     *
     * @throws DamagedFileException if there is anything else but a torn end
     */
    static long soundBytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new LogScan(file).scan(in);
        }
    }

    private long scan(InputStream in) throws IOException {
        for (boolean more = read(in); more; more = read(in)) {
            int position = 0;
            while (length - position >= HEADER) {
                int next = chunk(position);
                if (next < 0) {
                    requireTornEnd(in, position);
                    return sound;
                }
                position = next;
            }
        }
        return sound;
    }

    private boolean read(InputStream in) throws IOException {
        start += length;
        length = in.readNBytes(block, 0, (int) Math.min(BLOCK, size - start));
        return length > 0;
    }

    /** Takes the chunk at a position of the block; where the next one starts, or -1 when this one cannot be used. */
    private int chunk(int position) {
        if (!isSound(position)) {
            return -1;
        }
        int type = block[position + 6];
        boolean starts = type == FULL || type == FIRST;
        if (starts == inRecord) {
            return -1;
        }
        inRecord = type != FULL && type != LAST;
        int next = position + HEADER + payload(position);
        if (!inRecord) {
            sound = start + next;
        }
        return next;
    }

    private int payload(int position) {
        return (block[position + 4] & 0xff) | (block[position + 5] & 0xff) << 8;
    }

    private boolean isSound(int position) {
        int type = block[position + 6];
        int end = position + HEADER + payload(position);
        if (type < FULL || type > LAST || end > length) {
            return false;
        }
        return masked(block, position + 6, end) == littleEndian(block, position);
    }

    private static int masked(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return masked(crc);
    }

    /** A checksum as LevelDB stores it. */
    static int masked(CRC32C crc) {
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    static int littleEndian(byte[] bytes, int position) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(position);
    }

    /**
     * Checks that from a chunk that cannot be used to the end of the file there is what a crash leaves: a chunk that was
     * not written to its end or, after a power cut, zeros. No sound chunk lies behind a torn end. It is looked for only
     * where a chunk can start, since a value may hold the bytes of a log.
     */
    private void requireTornEnd(InputStream in, int position) throws IOException {
        long damage = start + position;
        int end = position + HEADER + payload(position);
        boolean cut = end > length && length < BLOCK;
        boolean whole = isWholeButForItsLength(position) || hasSoundChunk(end);
        long zerosFrom = behindLastByte(position, damage);
        while (read(in)) {
            cut = false;
            whole |= hasSoundChunk(0);
            zerosFrom = behindLastByte(0, zerosFrom);
        }
        boolean zeros = zerosFrom <= damage + BLOCK && (zerosFrom + SECTOR - 1) / SECTOR * SECTOR < start;
        if (whole || !(cut || zeros)) {
            throw new DamagedFileException(
                    file,
                    "the record at byte " + damage
                            + " cannot be read and is no torn end. Put the file back from a copy;"
                            + " without one, cut it there (truncate --size=" + sound
                            + ") to give up that record and all"
                            + " behind it");
        }
    }

    /** Whether the checksum, which does not cover the length, is that of some other length. */
    private boolean isWholeButForItsLength(int position) {
        int type = block[position + 6];
        if (type < FULL || type > LAST) {
            return false;
        }
        int expected = littleEndian(block, position);
        CRC32C crc = new CRC32C();
        for (int i = position + 6; i < length; i++) {
            crc.update(block[i]);
            if (masked(crc) == expected) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is a sound one among the chunks from a position to the end of the block. */
    private boolean hasSoundChunk(int from) {
        int position = from;
        while (position + HEADER <= length) {
            if (isSound(position)) {
                return true;
            }
            if (block[position + 6] == 0 && payload(position) == 0) {
                return false; // not written
            }
            position += HEADER + payload(position);
        }
        return false;
    }

    /** The position behind the last byte of the block that is not zero; what it was before if there is none. */
    private long behindLastByte(int from, long before) {
        for (int i = length - 1; i >= from; i--) {
            if (block[i] != 0) {
                return start + i + 1;
            }
        }
        return before;
    }
}
