package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Key;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules of calls at the same time: nothing is lost, nothing is torn, a query shows what it must. */
interface ConcurrencyRules extends StoreRules {

    @Test
    default void writersOfDifferentKeysLoseNothing() {
        Datastore store = store();
        new Parallel()
                .tasks(6, thread -> {
                    for (int i = 0; i < 150; i++) {
                        store.put(Key.of("/writer/" + thread + "/" + i), Versioned.value(i));
                        if (i % 3 == 2) {
                            store.delete(Key.of("/writer/" + thread + "/" + (i - 1)));
                        }
                    }
                })
                .run();
        Map<Key, byte[]> expected = new TreeMap<>();
        for (int thread = 0; thread < 6; thread++) {
            for (int i = 0; i < 150; i++) {
                if (i % 3 != 1) {
                    expected.put(Key.of("/writer/" + thread + "/" + i), Versioned.value(i));
                }
            }
        }
        Expect.contents(store, expected, "concurrent writers of different keys lose nothing");
    }

    @Test
    default void readersSeeWholeValues() {
        Datastore store = store();
        Key key = Key.of("/whole");
        store.put(key, Versioned.value(0, 16));
        AtomicBoolean writing = new AtomicBoolean(true);
        String rule = "readers see the old or the new value, never a mixture";
        Parallel parallel = new Parallel();
        parallel.task(() -> {
            try {
                for (int i = 1; i <= 150; i++) {
                    store.put(key, Versioned.value(i, i % 2 == 0 ? 16 : 150_000));
                }
            } finally {
                writing.set(false);
            }
        });
        parallel.tasks(2, thread -> {
            do {
                Versioned.number(store.get(key).orElseThrow(), rule);
                store.getAll(List.of(key)).values().forEach(value -> Versioned.number(value, rule));
                for (Entry entry : store.query(Query.all()).toList()) {
                    Versioned.number(entry.requireValue(), rule);
                }
            } while (writing.get());
        });
        parallel.run();
    }

    @Test
    default void batchesAtOnceAreAllApplied() {
        Datastore store = store();
        new Parallel()
                .tasks(4, thread -> {
                    for (int round = 0; round < 10; round++) {
                        try (Batch batch = store.batch()) {
                            for (int i = 0; i < 20; i++) {
                                batch.put(Key.of("/batch/" + thread + "/" + round + "/" + i), Versioned.value(i));
                            }
                            if (round > 0) {
                                batch.delete(Key.of("/batch/" + thread + "/" + (round - 1) + "/0"));
                            }
                            batch.commit();
                        }
                    }
                })
                .run();
        int deleted = 4 * 9;
        assertEquals(
                4 * 10 * 20 - deleted,
                store.query(Query.all().keysOnly()).toList().size(),
                "batches that are committed at once are all applied");
    }

    @Test
    default void aBatchIsAsAtomicAsTheStoreSays() {
        Datastore store = store();
        boolean atomic = promises(AtomicBatches.class);
        List<Key> keys =
                IntStream.range(0, 60).mapToObj(i -> Key.of("/atomic/" + i)).toList();
        commitGeneration(store, keys, 0);
        AtomicBoolean writing = new AtomicBoolean(true);
        Parallel parallel = new Parallel();
        parallel.task(() -> {
            try {
                for (int generation = 1; generation <= 150; generation++) {
                    commitGeneration(store, keys, generation);
                }
            } finally {
                writing.set(false);
            }
        });
        parallel.task(() -> {
            do {
                checkGenerations(store.getAll(keys), keys, atomic);
            } while (writing.get());
        });
        parallel.task(() -> {
            do {
                checkSingleReads(store, keys, atomic);
            } while (writing.get());
        });
        parallel.run();
    }

    private static void commitGeneration(Datastore store, List<Key> keys, long generation) {
        try (Batch batch = store.batch()) {
            keys.forEach(key -> batch.put(key, Versioned.value(generation)));
            batch.commit();
        }
    }

    private static void checkGenerations(Map<Key, byte[]> all, List<Key> keys, boolean atomic) {
        assertEquals(keys, List.copyOf(all.keySet()), "a batch that replaces values never makes a key absent");
        Set<Long> generations = new HashSet<>();
        all.values().forEach(value -> generations.add(Versioned.number(value, "a batch tears no value")));
        if (atomic) {
            assertEquals(
                    1,
                    generations.size(),
                    () -> "AtomicBatches: getAll sees a batch whole or not at all: " + generations);
        }
    }

    /** Of two keys that are read one after the other the second is never of an older batch. */
    private static void checkSingleReads(Datastore store, List<Key> keys, boolean atomic) {
        long newest = 0;
        for (Key key : keys) {
            Optional<byte[]> value = store.get(key);
            assertTrue(value.isPresent(), "a batch that replaces values never makes a key absent");
            long generation = Versioned.number(value.get(), "a batch tears no value");
            long before = newest;
            if (atomic) {
                assertTrue(
                        generation >= before,
                        () -> "AtomicBatches: who saw a part of a batch sees all of it: " + key + " is of batch "
                                + generation + ", a key read before it of batch " + before);
            }
            newest = Math.max(newest, generation);
        }
    }

    @Test
    default void aQueryDuringWritesShowsWhatStaysExactlyOnce() {
        Datastore store = store();
        Set<Key> stable = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            Key key = Key.of("/during/" + i + "/stable");
            stable.add(key);
            store.put(key, Versioned.value(0));
        }
        AtomicBoolean querying = new AtomicBoolean(true);
        AtomicLong begun = new AtomicLong(); // the number of the newest write that may be visible
        Parallel parallel = new Parallel();
        parallel.tasks(2, writer -> {
            for (long i = 1; querying.get(); i++) {
                Key key = Key.of("/during/" + (i * 31 + writer) % 400 + "/moving" + writer);
                long number = begun.incrementAndGet();
                if (i % 3 == 0) {
                    store.delete(key);
                } else {
                    store.put(key, Versioned.value(number));
                }
            }
        });
        parallel.task(() -> {
            try {
                for (int i = 0; i < 4; i++) {
                    for (Query query : queriesDuringWrites()) {
                        checkDuringWrites(store.query(query), query, stable, begun);
                    }
                }
            } finally {
                querying.set(false);
            }
        });
        parallel.run();
    }

    private static List<Query> queriesDuringWrites() {
        Query all = Query.under(Key.of("/during"));
        return List.of(
                all,
                all.order(Order.byKey()),
                all.order(Order.byKeyDescending()),
                all.order(Order.byValue()),
                all.keysOnly(),
                all.order(Order.byKey()).keysAndSizes());
    }

    private static void checkDuringWrites(QueryResults results, Query query, Set<Key> stable, AtomicLong begun) {
        Set<Key> seen = new HashSet<>();
        try (results) {
            while (results.hasNext()) {
                Entry entry = results.next();
                Key key = entry.key();
                assertTrue(seen.add(key), () -> "no key is shown twice while others write: " + key + " by " + query);
                if (entry.value() != null) {
                    long number = Versioned.number(entry.requireValue(), "a query shows whole values");
                    long newest = begun.get();
                    assertTrue(
                            stable.contains(key) ? number == 0 : number >= 1 && number <= newest,
                            () -> "a key is shown with a value that it had: " + key + " with " + number);
                }
            }
        }
        Set<Key> missing = new HashSet<>(stable);
        missing.removeAll(seen);
        assertTrue(
                missing.isEmpty(),
                () -> "keys that exist throughout are shown, whatever others write: " + missing + " by " + query);
    }

    @Test
    default void callsThatMeetCloseAreDoneOrRefused() {
        for (int round = 0; round < 3; round++) {
            Datastore store = reopened();
            String rule = "a call that meets close is done or refused with DatastoreClosedException";
            Map<Key, byte[]> returned = new TreeMap<>();
            ConcurrentLinkedQueue<Entry> written = new ConcurrentLinkedQueue<>();
            int number = round;
            CountDownLatch calls = new CountDownLatch(60);
            Parallel parallel = new Parallel();
            parallel.tasks(3, thread -> {
                try {
                    for (int i = 0; i < 100_000; i++) {
                        Key key = Key.of("/closing/" + number + "/" + thread + "/" + i % 500);
                        byte[] value = Versioned.value(i);
                        calls.countDown();
                        store.put(key, value);
                        written.add(Entry.of(key, value));
                        store.get(key);
                        store.query(Query.under(key.parent()).limit(5)).toList();
                    }
                } catch (DatastoreClosedException e) {
                    assertTrue(e.getMessage() != null, rule);
                }
            });
            parallel.task(() -> {
                calls.await();
                store.close();
            });
            parallel.run();
            written.forEach(entry -> returned.put(entry.key(), entry.requireValue()));
            Datastore again = reopened();
            if (promises(Persistence.class)) {
                returned.forEach((key, value) -> assertTrue(
                        again.get(key).isPresent(), () -> "a write that returned before close is kept: " + key));
            } else {
                Expect.contents(again, Map.of(), "a store without Persistence is empty when it is opened again");
            }
        }
    }

    @Test
    default void aCommitThatMeetsCloseIsAppliedOrNamesItsKeys() {
        for (int round = 0; round < 3; round++) {
            Datastore store = reopened();
            boolean atomic = promises(AtomicBatches.class);
            boolean kept = promises(Persistence.class);
            List<Committed> commits = new ArrayList<>(); // read when the writer has ended
            CountDownLatch committed = new CountDownLatch(20);
            String namespace = "/commit/" + round + "/";
            Parallel parallel = new Parallel();
            parallel.task(() -> {
                for (int i = 0; i < 60; i++) {
                    String batch = namespace + i + "/";
                    commits.add(commit(
                            store,
                            IntStream.range(0, 8)
                                    .mapToObj(k -> Key.of(batch + k))
                                    .toList()));
                    committed.countDown();
                }
            });
            parallel.task(() -> {
                committed.await();
                store.close();
            });
            parallel.run();
            Datastore again = reopened();
            if (kept) {
                commits.forEach(commit -> checkCommit(again, commit, atomic));
            } else {
                Expect.contents(again, Map.of(), "a store without Persistence is empty when it is opened again");
            }
        }
    }

    /** What a commit said: which keys of it are not written, and of which nobody knows. */
    record Committed(List<Key> keys, Set<Key> failed, Set<Key> unknown) {}

    private static Committed commit(Datastore store, List<Key> keys) {
        try (Batch batch = store.batch()) {
            keys.forEach(key -> batch.put(key, Versioned.value(1)));
            batch.commit();
            return new Committed(keys, Set.of(), Set.of());
        } catch (DatastoreClosedException e) {
            return new Committed(keys, Set.copyOf(keys), Set.of());
        } catch (BatchException e) {
            return new Committed(keys, e.failedKeys(), e.unknownKeys());
        }
    }

    private static void checkCommit(Datastore store, Committed commit, boolean atomic) {
        Map<Key, byte[]> there = store.getAll(commit.keys());
        for (Key key : commit.keys()) {
            if (!commit.unknown().contains(key)) {
                assertEquals(
                        !commit.failed().contains(key),
                        there.containsKey(key),
                        () -> "a commit that fails names the keys that it did not write, and no others: " + key);
            }
        }
        if (atomic) {
            assertTrue(
                    there.isEmpty() || there.size() == commit.keys().size(),
                    () -> "AtomicBatches: a commit is applied whole or not at all: " + there.keySet());
        }
    }
}
