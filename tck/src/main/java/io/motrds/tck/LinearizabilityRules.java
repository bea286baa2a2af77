package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.fail;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The rule that operations on one key are linearizable, judged from outside: from what concurrent calls saw. A call that
 * fails with a retryable error may have taken effect, at any time since.
 */
interface LinearizabilityRules extends StoreRules {

    /** Whether a query shows each key, also one that was put while it was being deleted. */
    boolean showsKeysPutDuringDeletes();

    int LINEARIZABLE_ROUNDS = 12;
    int LINEARIZABLE_THREADS = 4;
    int LINEARIZABLE_CALLS = 60;

    @Test
    default void operationsOnOneKeyAreLinearizable() {
        for (int round = 0; round < LINEARIZABLE_ROUNDS; round++) {
            List<ObservedKey> keys = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                keys.add(new ObservedKey(store(), Key.of("/linear/" + round + "/" + i), showsKeysPutDuringDeletes()));
            }
            long seed = 1_000L * round;
            new Parallel()
                    .tasks(LINEARIZABLE_THREADS, thread -> {
                        Random random = new Random(seed + thread);
                        for (int i = 0; i < LINEARIZABLE_CALLS; i++) {
                            keys.get(random.nextInt(keys.size())).call(random.nextInt(16));
                        }
                    })
                    .run();
            for (ObservedKey key : keys) {
                key.call(0); // what is there in the end must be explained, too
                key.history
                        .violation()
                        .ifPresent(violation ->
                                fail("operations on one key are linearizable: " + key.key + ": " + violation));
            }
        }
    }

    /** Calls on one key and the history of what they saw. */
    final class ObservedKey {
        private final Datastore store;
        private final Key key;
        private final boolean queriesShowIt;
        private final History history = new History();
        private final AtomicLong numbers = new AtomicLong();

        ObservedKey(Datastore store, Key key, boolean queriesShowIt) {
            this.store = store;
            this.key = key;
            this.queriesShowIt = queriesShowIt;
        }

        void call(int kind) {
            long begin = history.now();
            switch (kind) {
                case 0, 1, 2 -> get(begin, "get", () -> store.get(key));
                case 3 ->
                    get(
                            begin,
                            "getAll",
                            () -> Optional.ofNullable(store.getAll(List.of(key)).get(key)));
                case 4 -> query(begin);
                case 5, 6 -> has(begin);
                case 7, 8 -> size(begin);
                case 9, 10, 11 -> put(begin, false);
                case 12 -> put(begin, true);
                case 13, 14 -> delete(begin, false);
                default -> delete(begin, true);
            }
        }

        private interface Read<T> {
            T read();
        }

        private void query(long begin) {
            read(
                    begin,
                    "query",
                    queriesShowIt,
                    () -> store.query(Query.under(key.parent())).toList().stream()
                            .filter(entry -> entry.key().equals(key))
                            .findFirst()
                            .map(Entry::requireValue));
        }

        private void get(long begin, String how, Read<Optional<byte[]>> read) {
            read(begin, how, true, read);
        }

        private void read(long begin, String how, boolean absenceCounts, Read<Optional<byte[]>> read) {
            Optional<byte[]> value;
            try {
                value = read.read();
            } catch (DatastoreException e) {
                requireRetryable(e);
                return; // a read that failed saw nothing
            }
            if (value.isEmpty() && !absenceCounts) {
                return;
            }
            long seen = value.map(bytes -> Versioned.number(bytes, how + "(" + key + ") gives whole values"))
                    .orElse(History.ABSENT);
            history.read(how + " -> " + text(seen), begin, state -> state == seen);
        }

        private void has(long begin) {
            try {
                boolean has = store.has(key);
                history.read("has -> " + has, begin, state -> (state != History.ABSENT) == has);
            } catch (DatastoreException e) {
                requireRetryable(e);
            }
        }

        private void size(long begin) {
            try {
                OptionalLong size = store.size(key);
                history.read(
                        "size -> " + size,
                        begin,
                        state -> state == History.ABSENT
                                ? size.isEmpty()
                                : size.equals(OptionalLong.of(Versioned.value(state).length)));
            } catch (DatastoreException e) {
                requireRetryable(e);
            }
        }

        private void put(long begin, boolean batched) {
            long number = numbers.getAndIncrement();
            write(begin, (batched ? "batch put " : "put ") + number, number, () -> {
                if (batched) {
                    commit(batch -> batch.put(key, Versioned.value(number)));
                } else {
                    store.put(key, Versioned.value(number));
                }
            });
        }

        private void delete(long begin, boolean batched) {
            write(begin, batched ? "batch delete" : "delete", History.ABSENT, () -> {
                if (batched) {
                    commit(batch -> batch.delete(key));
                } else {
                    store.delete(key);
                }
            });
        }

        private void commit(Consumer<Batch> writes) {
            try (Batch batch = store.batch()) {
                writes.accept(batch);
                batch.commit();
            }
        }

        private void write(long begin, String text, long state, Runnable write) {
            try {
                write.run();
                history.wrote(text, begin, state);
            } catch (DatastoreException e) {
                requireRetryable(e);
                history.maybeWrote(text, begin, state);
            }
        }

        private static void requireRetryable(DatastoreException failure) {
            if (!failure.isRetryable()) {
                throw failure;
            }
        }

        private static String text(long state) {
            return state == History.ABSENT ? "absent" : Long.toString(state);
        }
    }
}
