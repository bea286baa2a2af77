package io.motrds.leveldb;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.env.RandomInputFile;
import org.jspecify.annotations.Nullable;

/**
 * A table that is being read. Every block is verified against its checksum here: that takes the processor's own
 * instruction, where the library's check ({@code verifyChecksums}) is slower by far and does not cover compaction.
 *
 * <p>Not mapped into memory, because a mapping that is cut short, or whose disk fails, or that is still read while it is
 * closed, takes the whole process with it. An interrupted thread closes the channel that it reads from, for all threads;
 * the read is then repeated on a new one and the thread stays interrupted.
 */
final class TableFile implements RandomInputFile {

    private static final int FOOTER = 48; // the end of every table, without a checksum
    private static final int CHECKSUM = 4;

    /** Read and checked at once: small enough to stay in the processor's cache until it has been. */
    private static final int PIECE = 128 << 10;

    /** The library keeps what it reads to open a table: footer, index, index of the filters, filter. Data comes after. */
    private static final int READS_TO_OPEN = 4;

    /** Bytes that are read at once where blocks are read one after the other; not less than the largest that is kept. */
    private static final int READ_AHEAD = 64 << 10;

    private final StoreFiles files;
    private final TableBlocks blocks;
    private final Path path;
    private final long size;
    private volatile FileChannel channel;
    private boolean closed; // guarded by this
    private volatile Ahead ahead = new Ahead(new byte[0], 0); // nothing yet
    private int opening; // reads so far, up to those that open the table: by one thread; one lost later does not matter

    TableFile(StoreFiles files, TableBlocks blocks, Path path) throws IOException {
        this.files = files;
        this.blocks = blocks;
        this.path = path;
        this.size = Files.size(path);
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
        if (offset < 0 || length <= CHECKSUM || offset > size - length) {
            throw new DamagedFileException(
                    path, "it ends at byte " + size + ", within a block that starts at " + offset);
        }
        ByteBuffer block;
        if (opening < READS_TO_OPEN) {
            opening++;
            block = read(new byte[length], offset, length);
        } else {
            block = blocks.read(this, offset, length);
        }
        return block.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads a block to the start of an array, and verifies it. */
    ByteBuffer read(byte[] into, long offset, int length) throws IOException {
        CRC32C checksum = new CRC32C();
        readUninterrupted(into, offset, length, checksum);
        return verified(into, 0, length, offset, checksum);
    }

    /**
     * Reads and verifies a block of those that one reader wants one after the other: from the second on, it reads what
     * comes behind, too. Several such readers of one table at a time just gain less.
     */
    ByteBuffer readAhead(long offset, int length) throws IOException {
        Ahead read = ahead;
        boolean follows = offset == read.following;
        byte[] bytes = follows ? read.get() : null;
        if (bytes == null || offset < read.offset || offset + length > read.offset + bytes.length) {
            bytes = new byte[follows ? (int) Math.min(READ_AHEAD, size - offset) : length];
            readUninterrupted(bytes, offset, bytes.length, null);
            read = new Ahead(bytes, offset);
            ahead = read;
        }
        read.following = offset + length;
        int at = (int) (offset - read.offset);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, at, length - CHECKSUM);
        return verified(bytes, at, length, offset, checksum);
    }

    /** A part of the table that was read at once. Weak: it is in memory as long as a reader is at a block in it. */
    private static final class Ahead extends WeakReference<byte[]> {
        final long offset;
        long following; // where the block begins that comes behind the one read last; a hint, so races do not matter

        Ahead(byte[] bytes, long offset) {
            super(bytes);
            this.offset = offset;
        }
    }

    private ByteBuffer verified(byte[] bytes, int at, int length, long offset, CRC32C checksum)
            throws DamagedFileException {
        boolean isFooter = length == FOOTER && offset == size - FOOTER;
        int end = at + length - CHECKSUM; // in front of it lies how the block is compressed
        if (!isFooter && LogScan.masked(checksum) != LogScan.littleEndian(bytes, end)) {
            throw new DamagedFileException(path, "the checksum of the block at byte " + offset + " does not match");
        }
        if (!isFooter && bytes[end - 1] == CompressionType.SNAPPY.persistentId()) {
            SnappyLoading.require();
        }
        return ByteBuffer.wrap(bytes, at, length);
    }

    /** Reads so many bytes; if a checksum is given, takes those into it that are in front of a block's own. */
    private void readUninterrupted(byte[] block, long offset, int length, @Nullable CRC32C checksum)
            throws IOException {
        ByteBuffer into = ByteBuffer.wrap(block, 0, length);
        int end = length - CHECKSUM;
        boolean interrupted = false;
        int checked = 0;
        try {
            while (into.hasRemaining()) {
                FileChannel source = channel;
                try {
                    readPiece(source, into, offset + into.position());
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    reopen(source);
                } catch (ClosedChannelException e) {
                    reopen(source); // another thread was interrupted
                }
                if (checksum != null) {
                    int read = Math.min(into.position(), end); // an interrupted read may have read something
                    checksum.update(block, checked, read - checked);
                    checked = read;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void readPiece(FileChannel source, ByteBuffer into, long offset) throws IOException {
        int end = into.limit();
        into.limit(Math.min(end, into.position() + PIECE));
        try {
            if (source.read(into, offset) < 0) {
                throw new DamagedFileException(path, "it was cut short while the store is open");
            }
        } finally {
            into.limit(end);
        }
    }

    private synchronized void reopen(FileChannel broken) throws IOException {
        if (closed) {
            throw new IOException("table " + path.getFileName() + " was closed");
        }
        if (channel == broken) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        files.forget(this);
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
