package io.motrds.motr;

import io.motrds.api.Key;
import io.motrds.motr.DirectoryRecord.Home;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Old generations, to be deleted after a delay: a reader may still be at them, and a commit that timed out may still
 * land and name one again, so the directory is read once more before. What is left when the store closes is found by the
 * scrub. Thread-safe.
 */
final class Garbage {
    private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);
    /** What is remembered at most; the scrub finds the rest. */
    private static final int MAX_REMEMBERED = 100_000;

    private record Old(Key key, DirectoryRecord record, long due) {}

    private final Directory directory;
    private final long delayNanos;
    private final Deque<Old> queue = new ArrayDeque<>(); // guarded by itself
    private @Nullable ScheduledExecutorService collector; // guarded by queue
    private volatile boolean closed;

    Garbage(Directory directory, long delayNanos) {
        this.directory = directory;
        this.delayNanos = delayNanos;
    }

    /** Remembers what a key's directory record no longer names. */
    void add(Key key, DirectoryRecord record) {
        if (!(record.home() instanceof Home.Outside)) {
            return;
        }
        synchronized (queue) {
            if (closed || queue.size() >= MAX_REMEMBERED) {
                return;
            }
            queue.addLast(new Old(key, record, System.nanoTime() + delayNanos));
            if (collector == null) {
                collector = Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "motrds-garbage");
                    thread.setDaemon(true);
                    return thread;
                });
                long period = Math.max(TimeUnit.MILLISECONDS.toNanos(10), delayNanos / 10);
                ScheduledFuture<?> unused =
                        collector.scheduleWithFixedDelay(this::collectQuietly, period, period, TimeUnit.NANOSECONDS);
            }
        }
    }

    private void collectQuietly() {
        try {
            collect(false);
        } catch (RuntimeException e) { // of any kind: one that got out would be the end of collecting
            LOG.warn("old generations stay until the next scrub: {}", e.getMessage());
        }
    }

    /** Deletes what is due, or everything. */
    void collect(boolean everything) {
        while (!closed) {
            Old old;
            synchronized (queue) {
                old = queue.peekFirst();
                if (old == null || (!everything && System.nanoTime() - old.due < 0)) {
                    return;
                }
                queue.removeFirst();
            }
            delete(old);
        }
    }

    private void delete(Old old) {
        Directory.Found now = directory.forOneCall().find(old.key);
        if (now != null && now.record().home().equals(old.record.home())) {
            return;
        }
        directory.persist(); // else a crash could bring back a record that names what is deleted here
        try (Pipeline pipeline = new Pipeline(directory.route())) {
            directory.values().delete(pipeline, old.record, rc -> {
                if (rc != 0) {
                    throw Errno.toException(rc, directory.route().store(), "deleting old data of " + old.key);
                }
            });
            pipeline.drain();
        }
    }

    /** Forgets what is left and waits at most 5 s for what is under way. When nothing is, however late, the last step runs. */
    void close(Runnable last) {
        ScheduledExecutorService stopping;
        synchronized (queue) {
            closed = true;
            queue.clear();
            stopping = collector;
        }
        if (stopping == null) {
            last.run();
            return;
        }
        stopping.shutdownNow();
        try {
            if (stopping.awaitTermination(5, TimeUnit.SECONDS)) {
                last.run();
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.warn("a deletion of old generations is still waiting for Motr");
        Thread late = new Thread(() -> finish(stopping, last), "motrds-garbage-end");
        late.setDaemon(true);
        late.start();
    }

    /** What Motr still works with must stay until it has ended. */
    private static void finish(ScheduledExecutorService stopping, Runnable last) {
        try {
            if (stopping.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                last.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does
        }
    }
}
