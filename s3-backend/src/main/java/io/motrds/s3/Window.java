package io.motrds.s3;

import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what is in flight: requests, and bytes of values being written. Who wants more waits, so that a fast writer is
 * slowed down and memory stays bounded. First come, first served. Thread-safe.
 */
final class Window {

    private static final int UNIT = 1024; // of the bytes: a semaphore counts to 2^31

    private final Semaphore requests;
    private final Semaphore units;
    private final int allUnits;
    private final Duration patience;

    Window(int requests, long bytes, Duration patience) {
        this.requests = new Semaphore(requests, true);
        this.allUnits = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / UNIT));
        this.units = new Semaphore(allUnits, true);
        this.patience = patience;
    }

    /** A place in the window, given back once. */
    @FunctionalInterface
    interface Place {
        void leave();
    }

    /**
     * Waits for a place. A value larger than the window takes all of it.
     *
     * @param what the operation, for messages
     * @throws DatastoreTimeoutException if none came free in time; nothing was sent
     */
    Place enter(int bytes, String what) {
        int needed = Math.min(allUnits, bytes / UNIT);
        long deadline = System.nanoTime() + patience.toNanos();
        acquire(units, needed, deadline, what);
        try {
            acquire(requests, 1, deadline, what);
        } catch (RuntimeException e) {
            units.release(needed);
            throw e;
        }
        return () -> {
            requests.release();
            units.release(needed);
        };
    }

    private void acquire(Semaphore semaphore, int permits, long deadline, String what) {
        try {
            // a fair semaphore lets even those wait who want nothing of it
            if (permits > 0 && !semaphore.tryAcquire(permits, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new DatastoreTimeoutException(what + ": not sent, since earlier requests took all of the "
                        + patience.toMillis() + " ms timeout; the server is too slow for so many callers");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(what + ": interrupted before anything was sent", e);
        }
    }
}
