package io.motrds.api.spi;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts the uses of a store that are under way, so that it is closed when there are none and not used afterwards.
 * Thread-safe.
 */
final class Uses {
    private final Count count = new Count();
    private final ThreadLocal<OfThread> own = ThreadLocal.withInitial(() -> new OfThread(count));

    /** Begins a use, which the same thread closes; null when the store was closed. */
    AbstractDatastore.@Nullable Use begin() {
        OfThread mine = own.get();
        return mine.begin() ? mine : null;
    }

    /** Whether this thread uses the store, and would wait for itself if it closed it. */
    boolean isOwn() {
        return own.get().depth > 0;
    }

    boolean isClosed() {
        return count.closed;
    }

    /** Lets no use begin any more and waits for those under way. */
    void close() {
        count.close();
    }

    /**
     * The uses of one thread, which may be within each other. It does not lead back to the {@link ThreadLocal}, which would
     * then stay as long as the thread.
     */
    private static final class OfThread implements AbstractDatastore.Use {
        private final Count count;
        private final int cell = Count.cellOfThread();
        private int depth;

        OfThread(Count count) {
            this.count = count;
        }

        boolean begin() {
            if (depth == 0 && !count.begin(cell)) {
                return false;
            }
            depth++;
            return true;
        }

        @Override
        public void close() {
            if (depth <= 0) {
                throw new IllegalStateException("a use of a store was ended more often than it began");
            }
            if (--depth == 0) {
                count.end(cell);
            }
        }
    }

    /**
     * Threads that use the store. They are counted in cells, each for some of them: a single count would let threads that
     * have nothing else to do with each other wait for its cache line.
     */
    private static final class Count {
        private static final int CELLS =
                Integer.highestOneBit(4 * Math.min(16, Runtime.getRuntime().availableProcessors()) - 1);
        /** Ints from one cell to the next: two cache lines, which processors fetch together. */
        private static final int APART = 32;

        private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS * APART);
        private final Lock lock = new ReentrantLock();
        private final Condition ended = lock.newCondition();
        private volatile boolean closed;

        static int cellOfThread() {
            return (int) (Thread.currentThread().getId() & (CELLS - 1)) * APART;
        }

        boolean begin(int cell) {
            cells.incrementAndGet(cell);
            // looked at behind the count, as who closes looks at the count behind this: one sees the other
            if (closed) {
                end(cell);
                return false;
            }
            return true;
        }

        void end(int cell) {
            cells.decrementAndGet(cell);
            if (closed) {
                lock.lock();
                try {
                    ended.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        void close() {
            closed = true;
            lock.lock();
            try {
                for (int cell = 0; cell < cells.length(); cell += APART) {
                    while (cells.get(cell) != 0) {
                        ended.awaitUninterruptibly();
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
