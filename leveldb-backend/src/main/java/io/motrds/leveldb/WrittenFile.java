package io.motrds.leveldb;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.iq80.leveldb.env.WritableFile;
import org.iq80.leveldb.util.Slice;
import org.jspecify.annotations.Nullable;

/**
 * A log, table or manifest that is being written. Nothing is lost by an interrupt, which would close a channel: this is
 * a plain stream. After a failed write the end of the file is unknown, so that every later use fails, too.
 *
 * <p>A log that the library closes stays open until its bytes are durable or it is deleted: closing it would lose track
 * of what {@code sync} still has to force. Other files are made durable before they are closed.
 */
final class WrittenFile implements WritableFile {

    private static final int BUFFER = 64 << 10;

    private final StoreFiles files;
    private final Path path;
    private final boolean isLog;
    private final FileOutputStream out;

    /** Held while forcing; taken before this object's own lock. Fair, or who has just forced goes first again and again. */
    private final ReentrantLock forcing = new ReentrantLock(true);

    private boolean named; // the folder's entry is durable; guarded by forcing
    private long forced; // guarded by forcing

    private final byte[] buffer = new byte[BUFFER]; // the rest is guarded by this
    private int buffered;
    private long written;
    private boolean retired;
    private boolean closed;
    private @Nullable IOException failure;

    WrittenFile(StoreFiles files, Path path) throws IOException {
        this.files = files;
        this.path = path;
        this.isLog = path.toString().endsWith(".log");
        this.out = new FileOutputStream(path.toFile());
    }

    boolean isLog() {
        return isLog;
    }

    Path path() {
        return path;
    }

    @Override
    public synchronized void append(Slice data) throws IOException {
        requireSound();
        int taken = 0;
        while (taken < data.length()) {
            if (buffered == BUFFER) {
                flush();
            }
            int piece = Math.min(BUFFER - buffered, data.length() - taken);
            data.getBytes(taken, buffer, buffered, piece);
            buffered += piece;
            taken += piece;
        }
    }

    /** Hands what was appended to the operating system: it survives the end of this process. */
    synchronized void flush() throws IOException {
        requireSound();
        if (buffered > 0 && !closed) {
            try {
                out.write(buffer, 0, buffered);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            written += buffered;
            buffered = 0;
        }
    }

    private void requireSound() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Makes durable what was appended before, and the file's name. Those who call this while another is at it wait, and
     * find most often that their bytes were forced together with those of others.
     */
    @Override
    public void force() throws IOException {
        long appended = appended(); // what the caller wants forced: not what others append while this one waits
        forcing.lock();
        try {
            if (appended > forced || !named) {
                forceAll();
            }
            closeIfRetired();
        } finally {
            forcing.unlock();
        }
    }

    private void forceAll() throws IOException {
        long target = flushed();
        if (target < 0) {
            return; // closed: it was forced, or deleted because its content is durable elsewhere
        }
        try {
            out.getFD().sync();
        } catch (IOException e) {
            fail(e); // the kernel may have dropped what it could not write: a second try would prove nothing
            throw e;
        }
        forced = target;
        if (!named) {
            files.forceNames();
            named = true;
        }
    }

    private synchronized long appended() {
        return closed ? -1 : written + buffered;
    }

    private synchronized long flushed() throws IOException {
        flush();
        return closed ? -1 : written;
    }

    private synchronized void fail(IOException e) {
        failure = e;
    }

    private void closeIfRetired() throws IOException {
        synchronized (this) {
            if (!retired || written > forced) {
                return;
            }
        }
        discard();
    }

    @Override
    public void close() throws IOException {
        try {
            if (isLog) {
                retire();
            } else {
                force();
            }
        } finally {
            if (!isLog) {
                discard();
            }
        }
    }

    private synchronized void retire() throws IOException {
        flush();
        retired = true;
    }

    /** Closes the file as it is. */
    void discard() throws IOException {
        forcing.lock();
        try {
            synchronized (this) {
                if (!closed) {
                    closed = true;
                    files.forget(this);
                    out.close();
                }
            }
        } finally {
            forcing.unlock();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
