package io.motrds.leveldb;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.iq80.leveldb.Logger;
import org.iq80.leveldb.env.DbLock;
import org.iq80.leveldb.env.Env;
import org.iq80.leveldb.env.File;
import org.iq80.leveldb.env.RandomInputFile;
import org.iq80.leveldb.env.SequentialFile;
import org.iq80.leveldb.env.WritableFile;
import org.iq80.leveldb.util.SliceOutput;
import org.slf4j.LoggerFactory;

/**
 * The files of one open store: all that the library reads and writes goes through here instead of through its own file
 * layer, which forces only the last mebibyte of a file and no folder, drops damaged log records, and breaks when a
 * thread is interrupted. {@code docs/leveldb.md} says what is made durable when.
 *
 * <p>Whatever the library left open is closed here in the end.
 */
final class StoreFiles implements Env, AutoCloseable {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

    private final Path folder;
    private final TableBlocks blocks;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final List<WrittenFile> logs = new CopyOnWriteArrayList<>(); // those that may hold bytes to be forced

    private volatile Runnable afterChange = () -> {};

    StoreFiles(Path folder, TableBlocks blocks) {
        this.folder = folder;
        this.blocks = blocks;
    }

    /**
     * What to do after the set of tables changed. The library lists the folder then, to delete what is of no more use,
     * and holds its lock.
     */
    void afterChange(Runnable action) {
        afterChange = action;
    }

    void listed() {
        afterChange.run();
    }

    /** Hands what was written to the operating system. */
    void flush() throws IOException {
        for (WrittenFile log : logs) {
            log.flush();
        }
    }

    /** Makes durable what was written. */
    void sync() throws IOException {
        for (WrittenFile log : logs) {
            log.force();
        }
    }

    /** Reads what was written to the logs, as far as it was handed to the operating system. */
    void checkLogs() throws IOException {
        flush();
        for (WrittenFile log : logs) {
            try {
                LogScan.soundBytes(log.path());
            } catch (NoSuchFileException e) {
                LOG.debug("{} was of no more use meanwhile", log);
            }
        }
    }

    /** Makes the names in the folder durable. */
    void forceNames() throws IOException {
        forceNames(folder);
    }

    /** Makes the names in a folder durable, where the operating system can (Windows cannot). */
    static void forceNames(Path folder) throws IOException {
        boolean interrupted = false;
        while (true) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
                break;
            } catch (ClosedByInterruptException e) {
                interrupted |= Thread.interrupted();
            } catch (AccessDeniedException e) {
                LOG.debug("cannot open folder {} to force it", folder);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void forget(Closeable file) {
        open.remove(file);
        if (file instanceof WrittenFile written) {
            logs.remove(written);
        }
    }

    /** Closes what is being written to a path, as it is. */
    void discard(Path path) {
        for (Closeable file : open) {
            if (file instanceof WrittenFile written && written.path().equals(path)) {
                try {
                    written.discard();
                } catch (IOException e) {
                    LOG.debug("closing {}, which is to be deleted", path, e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable file : open) {
            if (file instanceof WrittenFile written) {
                written.discard();
            } else {
                file.close();
            }
        }
    }

    private static Path path(File file) {
        return ((StoreFile) file).path();
    }

    private <F extends Closeable> F opened(F file) {
        open.add(file);
        return file;
    }

    @Override
    public long nowMicros() {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }

    @Override
    public File toFile(String name) {
        return new StoreFile(this, Path.of(name));
    }

    @Override
    public File createTempDir(String prefix) {
        throw new UnsupportedOperationException("no temporary folders");
    }

    /** For logs and manifests: ends in front of a torn end, and refuses a damaged one. */
    @Override
    public SequentialFile newSequentialFile(File file) throws IOException {
        long sound = LogScan.soundBytes(path(file));
        long size = Files.size(path(file));
        if (sound < size) {
            LOG.debug("{} ends with {} bytes of a record that was not written to its end", file, size - sound);
        }
        return opened(new SoundPart(Files.newInputStream(path(file)), sound));
    }

    @Override
    public RandomInputFile newRandomAccessFile(File file) throws IOException {
        return opened(new TableFile(this, blocks, path(file)));
    }

    @Override
    public WritableFile newWritableFile(File file) throws IOException {
        WrittenFile written = opened(new WrittenFile(this, path(file)));
        if (written.isLog()) {
            logs.add(written);
        }
        return written;
    }

    @Override
    public WritableFile newAppendableFile(File file) {
        throw new UnsupportedOperationException("logs are not reused");
    }

    @Override
    public void writeStringToFileSync(File file, String content) throws IOException {
        try (FileOutputStream out = new FileOutputStream(path(file).toFile())) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
    }

    @Override
    public String readFileToString(File file) throws IOException {
        return Files.readString(path(file), StandardCharsets.UTF_8);
    }

    @Override
    public Logger newLogger(File file) {
        return message -> LOG.debug("{}: {}", folder, message);
    }

    /** The folder is locked before the library sees it, see {@link FolderLock}. */
    @Override
    public DbLock tryLock(File file) {
        return new DbLock() {
            @Override
            public boolean isValid() {
                return true;
            }

            @Override
            public void release() {}
        };
    }

    /** The first bytes of a file. */
    private final class SoundPart implements SequentialFile {
        private final InputStream in;
        private long left;

        SoundPart(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public void skip(long bytes) throws IOException {
            in.skipNBytes(bytes);
            left -= bytes;
        }

        @Override
        public int read(int atMost, SliceOutput into) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = into.writeBytes(in, (int) Math.min(atMost, left));
            left -= read;
            return read;
        }

        @Override
        public void close() throws IOException {
            forget(this);
            in.close();
        }
    }
}
