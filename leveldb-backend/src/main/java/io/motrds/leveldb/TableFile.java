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

    private final StoreFiles files;
    private final Path path;
    private final long size;
    private volatile FileChannel channel;
    private boolean closed; // guarded by this

    TableFile(StoreFiles files, Path path) throws IOException {
        this.files = files;
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
        boolean isFooter = length == FOOTER && offset == size - FOOTER;
        if (offset < 0 || length <= CHECKSUM || offset > size - length) {
            throw new DamagedFileException(
                    path, "it ends at byte " + size + ", within a block that starts at " + offset);
        }
        byte[] bytes = new byte[length];
        int end = length - CHECKSUM; // in front of it lies how the block is compressed
        CRC32C checksum = new CRC32C();
        readUninterrupted(bytes, offset, checksum, end);
        if (!isFooter && LogScan.masked(checksum) != LogScan.littleEndian(bytes, end)) {
            throw new DamagedFileException(path, "the checksum of the block at byte " + offset + " does not match");
        }
        if (!isFooter && bytes[end - 1] == CompressionType.SNAPPY.persistentId()) {
            SnappyLoading.require();
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fills an array, and takes its bytes in front of an end into the checksum. */
    private void readUninterrupted(byte[] bytes, long offset, CRC32C checksum, int end) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(bytes);
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
                checksum.update(bytes, checked, read - checked);
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
