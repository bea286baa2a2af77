package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.motr.Pipeline.Route;
import io.motrds.motr.Request.IndexRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Generations that are registered and not used yet. They are registered many at once, since the registry must be
 * persistent before data is written, and one wait for that serves them all. What is left when the process ends is found
 * by the scrub. Thread-safe.
 */
final class GenerationStock {
    private static final byte[] REGISTERED = {1}; // the version of a registry record

    private final Route route;
    private final int batch;
    private final long maxAgeMillis;
    private final Deque<Generation> stock = new ArrayDeque<>();

    /**
     * A stock.
     *
     * @param batch how many are registered at once
     * @param maxAgeMillis older ones are not used
     */
    GenerationStock(Route route, int batch, long maxAgeMillis) {
        this.route = route;
        this.batch = batch;
        this.maxAgeMillis = maxAgeMillis;
    }

    /**
     * So many generations that are registered, durably, and that nobody else has.
     *
     * @throws DatastoreException if they cannot be registered
     */
    synchronized Deque<Generation> take(int count) {
        stock.removeIf(this::isTooOld);
        if (stock.size() < count) {
            register(count - stock.size());
        }
        Deque<Generation> taken = new ArrayDeque<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(stock.removeFirst());
        }
        return taken;
    }

    /** Whether a generation must not be committed any more: a scrub might soon take it for a leftover. */
    boolean isTooOld(Generation generation) {
        return Math.abs(System.currentTimeMillis() - generation.millis()) > maxAgeMillis;
    }

    private void register(int atLeast) {
        try (Pipeline pipeline = new Pipeline(route)) {
            for (int registered = 0; registered < atLeast; registered += batch) {
                register(pipeline);
            }
            pipeline.drain();
        }
    }

    private void register(Pipeline pipeline) {
        List<Generation> fresh = new ArrayList<>(batch);
        List<IndexRecord> records = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            Generation generation = Generation.now();
            fresh.add(generation);
            records.add(IndexRecord.of(Layout.registryKey(generation), REGISTERED));
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
