package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one thread of a process that will be killed writes, step by step, so that another process can tell afterwards
 * what must be there and what may be. Each value says which step wrote it.
 *
 * @param round the process
 * @param thread the thread
 */
record CrashScript(int round, int thread) {

    /** After so many steps the thread syncs and reports. */
    static final int SYNC_EVERY = 4;

    private static final long DELETED = -1;

    /** The number of steps that may have been begun when that many were reported as synced. */
    static int begun(int synced) {
        return synced + 2 * SYNC_EVERY;
    }

    /** Does a step. */
    void run(Datastore store, int step) {
        Map<Key, Long> writes = writes(step);
        if (isBatch(step)) {
            try (Batch batch = store.batch()) {
                writes.forEach((key, number) -> batch.put(key, Versioned.value(number)));
                batch.commit();
            }
            return;
        }
        writes.forEach((key, number) -> {
            if (number == DELETED) {
                store.delete(key);
            } else {
                store.put(key, value(key, number));
            }
        });
    }

    private static boolean isBatch(int step) {
        return step % 5 == 2;
    }

    /** The keys that a step writes and the numbers of their values. */
    private Map<Key, Long> writes(int step) {
        long number = step;
        return switch (step % 5) {
            case 0 -> Map.of(key("overwritten/" + step / 5 % 3), number);
            case 1 -> Map.of(key("once/" + step), number);
            case 2 -> {
                Map<Key, Long> batch = new LinkedHashMap<>();
                for (int i = 0; i < 5; i++) {
                    batch.put(key("batch/" + step + "/" + i), number);
                }
                yield batch;
            }
            case 3 -> step % 2 == 0 ? Map.of(key("once/" + (step - 2)), DELETED) : Map.of(key("twice/" + step), number);
            default -> Map.of(key("large/" + step / 5 % 3), number);
        };
    }

    private static byte[] value(Key key, long number) {
        return key.toString().contains("/large/") ? Versioned.value(number, 40_000) : Versioned.value(number);
    }

    private Key key(String name) {
        return Key.of("/crash/" + round + "/" + thread + "/" + name);
    }

    /** All that this script writes lies below. */
    Key namespace() {
        return Key.of("/crash/" + round + "/" + thread);
    }

    /**
     * What is wrong with what is there.
     *
     * @param synced so many steps were reported as synced
     * @param found what is there below the {@link #namespace}
     * @param atomic whether batches are atomic
     */
    Set<String> faults(int synced, Map<Key, byte[]> found, boolean atomic) {
        Map<Key, Set<Long>> allowed = new TreeMap<>();
        for (int step = 0; step < begun(synced); step++) {
            boolean certain = step < synced;
            writes(step).forEach((key, number) -> {
                Set<Long> numbers = allowed.computeIfAbsent(key, any -> new HashSet<>(Set.of(DELETED)));
                if (certain) {
                    numbers.clear();
                }
                numbers.add(number);
            });
        }
        Set<String> faults = new HashSet<>();
        allowed.forEach((key, numbers) -> {
            byte[] value = found.get(key);
            long number = value == null ? DELETED : Versioned.number(value, "nothing is half there: " + key);
            if (!numbers.contains(number)) {
                faults.add(key + " has " + text(number) + ", not "
                        + numbers.stream().map(CrashScript::text).toList());
            }
        });
        found.keySet().stream()
                .filter(key -> !allowed.containsKey(key))
                .forEach(key -> faults.add(key + " was never written"));
        if (atomic) {
            addHalfBatches(synced, found, faults);
        }
        return faults;
    }

    private void addHalfBatches(int synced, Map<Key, byte[]> found, Set<String> faults) {
        for (int step = synced; step < begun(synced); step++) {
            Set<Key> keys = writes(step).keySet();
            long there = keys.stream().filter(found::containsKey).count();
            if (isBatch(step) && there > 0 && there < keys.size()) {
                faults.add("AtomicBatches: of the batch " + keys + " only " + there + " keys are there");
            }
        }
    }

    private static String text(long number) {
        return number == DELETED ? "nothing" : "the value of step " + number;
    }
}
