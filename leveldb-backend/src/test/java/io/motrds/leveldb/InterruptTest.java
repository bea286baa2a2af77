package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.query.Query;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt neither breaks the store nor gets lost. */
class InterruptTest {

    /** So large that a value is read from its table in pieces. */
    private static final int SIZE = 200_000;

    @TempDir
    Path temporary;

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @Test
    void anInterruptedThreadCanDoEverythingAndStaysInterrupted() {
        Path folder = temporary.resolve("store");
        Thread.currentThread().interrupt();
        try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB", "cacheSize", "0")) {
            Stores.fill(store, 100, 10_000);
            assertArrayEquals(Stores.value(1, 10_000), store.get(Stores.key(1)).orElseThrow());
            try (Batch batch = store.batch()) {
                batch.delete(Stores.key(1));
                batch.commit();
            }
            store.sync(Key.ROOT);
            assertEquals(99, store.query(Query.all()).toList().size());
            store.feature(GarbageCollection.class).orElseThrow().collectGarbage();
            store.feature(ConsistencyCheck.class).orElseThrow().check();
        }
        assertTrue(Thread.interrupted(), "the thread is still interrupted");
        try (Datastore store = Stores.open(folder)) {
            assertEquals(99, store.query(Query.all()).toList().size());
        }
    }

    @Test
    void interruptsAtAnyTimeDisturbNoThread() throws InterruptedException {
        try (Datastore store = Stores.open(
                temporary.resolve("store"), "writeBuffer", "64KiB", "cacheSize", "0", "syncWrites", "true")) {
            Stores.fill(store, 20, SIZE);
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread[] workers = new Thread[3];
            for (int i = 0; i < workers.length; i++) {
                int first = 20 * (i + 1);
                workers[i] = new Thread(() -> work(store, first));
                workers[i].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
                workers[i].start();
            }
            for (Thread worker : workers) {
                while (worker.isAlive()) {
                    for (Thread each : workers) {
                        each.interrupt();
                    }
                    worker.join(1);
                }
            }
            assertNull(failure.get());
            assertEquals(80, store.query(Query.all()).toList().size());
        }
    }

    private static void work(Datastore store, int first) {
        for (int i = first; i < first + 20; i++) {
            store.put(Stores.key(i), Stores.value(i, SIZE));
            assertArrayEquals(Stores.value(i, SIZE), store.get(Stores.key(i)).orElseThrow());
            assertArrayEquals(
                    Stores.value(i % 20, SIZE), store.get(Stores.key(i % 20)).orElseThrow());
        }
    }
}
