package io.motrds.motr;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets one writer or many readers at a key, where its state lies in two places. Keys share locks, which are taken in one
 * order, so nobody waits in a circle. Thread-safe.
 */
final class KeyLocks {
    private static final int STRIPES = 256;

    private final ReentrantReadWriteLock[] stripes = new ReentrantReadWriteLock[STRIPES];

    KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantReadWriteLock(true);
        }
    }

    /** Locks that are held until this is closed, by the thread that took them. */
    static final class Held implements AutoCloseable {
        private final Deque<Lock> locks = new ArrayDeque<>();

        @Override
        public void close() {
            locks.forEach(Lock::unlock);
        }
    }

    /** Keeps writers away. */
    Held reading(Collection<Key> keys, Pipeline.Route route) {
        return take(keys, false, route);
    }

    /** Keeps everybody away. */
    Held writing(Collection<Key> keys, Pipeline.Route route) {
        return take(keys, true, route);
    }

    private Held take(Collection<Key> keys, boolean toWrite, Pipeline.Route route) {
        TreeSet<Integer> wanted = new TreeSet<>();
        keys.forEach(key -> wanted.add(Math.floorMod(key.hashCode(), STRIPES)));
        long deadline = route.deadline();
        Held held = new Held();
        try {
            for (int each : wanted) {
                Lock lock = toWrite ? stripes[each].writeLock() : stripes[each].readLock();
                if (!lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    throw Errno.toException(Errno.NO_ROOM, route.store(), "waiting for another write to a key");
                }
                held.locks.push(lock);
            }
        } catch (InterruptedException e) {
            held.close();
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(route.store() + ": interrupted while waiting for a key", e);
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
        return held;
    }
}
