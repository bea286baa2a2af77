package io.motrds.motr;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much may be in flight at once, over all threads of a store: operations and bytes. Fair: who waits longest is next.
 * An operation whose caller gave up counts until Motr has finished it, so that a cluster that hangs is not flooded.
 */
final class Window {
    private static final int UNIT = 1024;

    private final Semaphore operations;
    private final Semaphore units;
    private final int maxUnits;
    private final LongAdder entered = new LongAdder();

    Window(int operations, long bytes) {
        this.operations = new Semaphore(operations, true);
        this.maxUnits = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
        this.units = new Semaphore(maxUnits, true);
    }

    /** Enters if there is room, waiting at most so long. An operation larger than the whole window may enter alone. */
    boolean enter(long bytes, long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        if (!operations.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        boolean hasRoom = false;
        try {
            hasRoom = units.tryAcquire(units(bytes), deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
            if (!hasRoom) {
                operations.release();
            }
        }
        if (hasRoom) {
            entered.increment();
        }
        return hasRoom;
    }

    /** How many operations have entered so far. */
    long entered() {
        return entered.sum();
    }

    /** Leaves after an operation of so many bytes. */
    void leave(long bytes) {
        units.release(units(bytes));
        operations.release();
    }

    private int units(long bytes) {
        return (int) Math.max(1, Math.min(maxUnits, (bytes + UNIT - 1) / UNIT));
    }
}
