package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Rules of what is there when a store is opened again, after it was closed and after its process was killed. A store
 * without {@link Persistence} is empty then, and works.
 */
interface DurabilityRules extends StoreRules {

    /** How often a process is killed. */
    int CRASH_ROUNDS = 25;

    @Test
    default void aStoreThatWasClosedKeepsWhatItPromises() {
        Map<Key, byte[]> expected = new TreeMap<>();
        for (int round = 0; round < 4; round++) {
            Datastore store = store();
            for (int i = 0; i < 60; i++) {
                Key key = Key.of("/kept/" + (round * 20 + i));
                store.put(key, Versioned.value(round));
                expected.put(key, Versioned.value(round));
            }
            try (Batch batch = store.batch()) {
                batch.put(Key.of("/batched/" + round), Bytes.random(100_000, round));
                expected.put(Key.of("/batched/" + round), Bytes.random(100_000, round));
                batch.delete(Key.of("/kept/" + (round * 20)));
                expected.remove(Key.of("/kept/" + (round * 20)));
                batch.commit();
            }
            store.delete(Key.of("/kept/" + (round * 20 + 1)));
            expected.remove(Key.of("/kept/" + (round * 20 + 1)));
            Batch discarded = store.batch();
            discarded.put(Key.of("/discarded"), Bytes.of("x"));
            if (promises(Persistence.class)) {
                Expect.contents(reopened(), expected, "Persistence: what was written is there after closing");
            } else {
                Expect.contents(reopened(), Map.of(), "a store without Persistence is empty when it is opened again");
                expected.clear();
            }
        }
    }

    @Test
    default void aStoreThatWasNeverWrittenCanBeOpenedAgain() {
        Expect.contents(store(), Map.of(), "a new store is empty");
        Expect.contents(reopened(), Map.of(), "a store that nobody wrote to is empty when it is opened again");
        store().put(Key.of("/a"), Bytes.of("1"));
        Expect.value(store(), Key.of("/a"), Bytes.of("1"), "a store that was opened again works");
    }

    @Test
    default void whatWasSyncedSurvivesAKilledProcess() {
        boolean persistent = promises(Persistence.class);
        boolean atomic = promises(AtomicBatches.class);
        store().close();
        Map<Key, byte[]> before = new TreeMap<>(); // what is there for good
        Random random = new Random(25);
        int rounds = persistent ? CRASH_ROUNDS : 1;
        ChildProcess next = crashChild(0);
        try {
            for (int round = 0; round < rounds; round++) {
                ChildProcess child = next;
                next = round + 1 < rounds ? crashChild(round + 1) : child; // it starts while this one works
                child.go(parameters(place(STORE)));
                int[] synced = killAtRandom(child, random);
                Datastore store = reopened();
                Map<Key, byte[]> found = everything(store);
                if (persistent) {
                    checkSurvivors(round, synced, before, found, atomic);
                } else {
                    assertTrue(found.isEmpty(), "a store without Persistence is empty after a crash");
                }
                store.put(Key.of("/after/" + round), Bytes.of("works"));
                found.put(Key.of("/after/" + round), Bytes.of("works"));
                Expect.value(store, Key.of("/after/" + round), Bytes.of("works"), "a store works after a crash");
                store.close();
                before = found;
            }
        } finally {
            next.close();
        }
    }

    private ChildProcess crashChild(int round) {
        return ChildProcess.start(
                CrashChild.class, place("crash-" + round + ".err"), Map.of(), Integer.toString(round));
    }

    /** Lets the process work for a random time, kills it, and gives how many steps each thread reported as synced. */
    private static int[] killAtRandom(ChildProcess child, Random random) {
        int reports = random.nextInt(5) == 0 ? 1 : 2 + random.nextInt(25); // the first tells that it opens the store
        long delayMicros = reports == 1 ? random.nextInt(100_000) : random.nextInt(3_000);
        int[] synced = new int[CrashChild.THREADS];
        for (int i = 0; i < reports; i++) {
            String report = child.next();
            if (report == null) {
                assertTrue(child.wasKilled(), child::ending); // by the system, perhaps: a crash as good as ours
                break;
            }
            note(report, synced);
        }
        LockSupport.parkNanos(delayMicros * 1_000);
        child.kill();
        child.exitCode();
        for (String report = child.next(); report != null; report = child.next()) {
            note(report, synced);
        }
        return synced;
    }

    private static void note(@Nullable String report, int[] synced) {
        String[] words = String.valueOf(report).split(" ", -1);
        if (words[0].equals("synced") && words.length == 3) {
            synced[Integer.parseInt(words[1])] = Integer.parseInt(words[2]);
        }
    }

    private static Map<Key, byte[]> everything(Datastore store) {
        Map<Key, byte[]> all = new TreeMap<>();
        for (Entry entry : store.query(Query.all()).toList()) {
            assertNull(all.put(entry.key(), entry.requireValue()), "a query shows a key once, after a crash, too");
        }
        return all;
    }

    private static void checkSurvivors(
            int round, int[] synced, Map<Key, byte[]> before, Map<Key, byte[]> found, boolean atomic) {
        Map<Key, byte[]> old = new TreeMap<>(found);
        Set<String> faults = new TreeSet<>();
        for (int thread = 0; thread < synced.length; thread++) {
            CrashScript script = new CrashScript(round, thread);
            Map<Key, byte[]> its = new TreeMap<>(found);
            its.keySet().removeIf(key -> !key.isDescendantOf(script.namespace()));
            old.keySet().removeAll(its.keySet());
            faults.addAll(script.faults(synced[thread], its, atomic));
        }
        String when = "; round " + round + ", synced steps of each thread " + Arrays.toString(synced);
        assertTrue(
                faults.isEmpty(),
                () -> "what was synced survives a crash, and nothing is half there: " + faults + when);
        assertEquals(before.keySet(), old.keySet(), () -> "a crash neither loses nor revives older keys" + when);
        before.forEach((key, value) ->
                assertTrue(Arrays.equals(value, old.get(key)), () -> "a crash changes no older value: " + key + when));
    }
}
