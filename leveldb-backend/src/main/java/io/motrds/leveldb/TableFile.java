package io.motrds.leveldb;

import java.io.IOException;
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

    private final StoreFiles files;
    private final TableBlocks blocks;
    private final Path path;
    private final long size;
    private volatile FileChannel channel;
    private boolean closed; // guarded by this
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
        byte[] block;
        if (opening < READS_TO_OPEN) {
            opening++;
            block = new byte[length];
            fill(block, offset, length);
        } else {
            block = blocks.read(this, offset, length);
        }
        return ByteBuffer.wrap(block, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads and verifies a block. */
    void fill(byte[] block, long offset, int length) throws IOException {
        boolean isFooter = length == FOOTER && offset == size - FOOTER;
        int end = length - CHECKSUM; // in front of it lies how the block is compressed
        CRC32C checksum = new CRC32C();
        readUninterrupted(block, offset, length, checksum);
        if (!isFooter && LogScan.masked(checksum) != LogScan.littleEndian(block, end)) {
            throw new DamagedFileException(path, "the checksum of the block at byte " + offset + " does not match");
        }
        if (!isFooter && block[end - 1] == CompressionType.SNAPPY.persistentId()) {
            SnappyLoading.require();
        }
    }

    /** Reads so many bytes, and takes those in front of the checksum into it. */
    private void readUninterrupted(byte[] block, long offset, int length, CRC32C checksum) throws IOException {
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
                int read = Math.min(into.position(), end); // an interrupted read may have read something
                checksum.update(block, checked, read - checked);
                checked = read;
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
