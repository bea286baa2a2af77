package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.motr.Pipeline.Route;
import io.motrds.motr.Request.IndexRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Generations that are registered and not used yet. They are registered many at once, since the registry must be
 * persistent before data is written, and one wait for that serves them all. What is left when the process ends is found
 * by the scrub. Thread-safe.
 */
final class GenerationStock {
    private static final int AHEAD = 3; // times what a call takes
    private static final int MOST_AHEAD = 96; // and what it takes to fill the last batch: left to the scrub at the end

    private final int batch;
    private final long maxAgeMillis;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Deque<ObjectName> stock = new ArrayDeque<>(); // guarded by lock

    /**
     * A stock.
     *
     * @param batch how many are registered at once
     * @param maxAgeMillis older ones are not used
     */
    GenerationStock(int batch, long maxAgeMillis) {
        this.batch = batch;
        this.maxAgeMillis = maxAgeMillis;
    }

    /**
     * So many generations that are registered, durably, and that nobody else has, each with the name of the object that
     * may hold its data: in the pool version that Motr uses now, if it has one.
     *
     * @throws DatastoreException if they cannot be registered in time
     */
    Deque<ObjectName> take(int count, Route route) {
        if (count == 0) {
            return new ArrayDeque<>();
        }
        try {
            if (!lock.tryLock(route.deadline() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw Errno.toException(Errno.NO_ROOM, route.store(), "registering generations");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(route.store() + ": interrupted while waiting for Motr", e);
        }
        try {
            Fid poolVersion = route.index().poolVersion();
            stock.removeIf(name -> isTooOld(name.generation()) || isElsewhere(name, poolVersion));
            if (stock.size() < count) {
                // together, as one wait is as long as the next: who stores much will soon want as many again
                registerMore(count, poolVersion, route);
            }
            Deque<ObjectName> taken = new ArrayDeque<>(count);
            for (int i = 0; i < count; i++) {
                taken.add(stock.removeFirst());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isElsewhere(ObjectName name, Fid poolVersion) {
        return !poolVersion.equals(ObjectName.NOWHERE) && !name.poolVersion().equals(poolVersion);
    }

    private void registerMore(int count, Fid poolVersion, Route route) {
        try {
            register(count - stock.size() + Math.min(MOST_AHEAD, AHEAD * count), poolVersion, route);
        } catch (DatastoreException e) {
            if (stock.size() < count) { // else only some of those ahead are missing
                throw e;
            }
        }
    }

    /** Whether a generation must not be committed any more: a scrub might soon take it for a leftover. */
    boolean isTooOld(Generation generation) {
        return Math.abs(System.currentTimeMillis() - generation.millis()) > maxAgeMillis;
    }

    private void register(int atLeast, Fid poolVersion, Route route) {
        try (Pipeline pipeline = new Pipeline(route)) {
            for (int registered = 0; registered < atLeast; registered += batch) {
                register(pipeline, poolVersion, route);
            }
            pipeline.drain();
        }
    }

    private void register(Pipeline pipeline, Fid poolVersion, Route route) {
        List<ObjectName> fresh = new ArrayList<>(batch);
        List<IndexRecord> records = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            ObjectName name = new ObjectName(Generation.now(), poolVersion);
            fresh.add(name);
            records.add(IndexRecord.of(Layout.registryKey(name.generation()), Layout.registryValue(name)));
        }
        pipeline.submit(new Request.Put(records, true, true), reply -> {
            int rc = Values.firstFailure(reply, false);
            if (rc != 0) {
                throw Errno.toException(rc, route.store(), "registering generations");
            }
            stock.addAll(fresh);
        });
    }
}
