package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store beside a sorted map: does the same with both and compares what they show. */
final class Model {

    private final TreeMap<Key, byte[]> map = new TreeMap<>();
    private final Supplier<Datastore> reopen;
    private final boolean persistent;
    private Datastore store;

    Model(Datastore store, Supplier<Datastore> reopen, boolean persistent) {
        this.store = store;
        this.reopen = reopen;
        this.persistent = persistent;
    }

    /** Empties both. */
    void clear() {
        map.clear();
        store.query(Query.all().keysOnly()).toList().forEach(entry -> store.delete(entry.key()));
    }

    /** Does the operation and tells what differs then; empty when nothing does. */
    Optional<String> difference(Operation operation) {
        try {
            String difference = apply(operation);
            return difference == null ? Optional.empty() : Optional.of(operation + " " + difference);
        } catch (RuntimeException e) {
            return Optional.of(operation + " failed with " + e);
        }
    }

    private @Nullable String apply(Operation operation) {
        if (operation instanceof Operation.Get get) {
            return compare(text(map.get(get.key())), text(store.get(get.key()).orElse(null)));
        } else if (operation instanceof Operation.GetAll getAll) {
            return compare(texts(expectedAll(getAll.keys())), texts(store.getAll(getAll.keys())));
        } else if (operation instanceof Operation.Has has) {
            return compare(map.containsKey(has.key()), store.has(has.key()));
        } else if (operation instanceof Operation.Size size) {
            byte[] value = map.get(size.key());
            return compare(
                    value == null ? -1L : value.length, store.size(size.key()).orElse(-1));
        } else if (operation instanceof Operation.Queried queried) {
            return compareResults(
                    PlainQuery.run(queried.query(), map),
                    store.query(queried.query()).toList());
        } else {
            write(operation);
            return compareResults(
                    PlainQuery.run(Query.all(), map),
                    store.query(Query.all()).toList().stream()
                            .sorted((a, b) -> a.key().compareTo(b.key()))
                            .toList());
        }
    }

    private void write(Operation operation) {
        if (operation instanceof Operation.Put put) {
            store.put(put.key(), value(put));
            map.put(put.key(), value(put));
        } else if (operation instanceof Operation.Delete delete) {
            store.delete(delete.key());
            map.remove(delete.key());
        } else if (operation instanceof Operation.Batched batched) {
            batch(batched);
        } else if (operation instanceof Operation.Synced synced) {
            store.sync(synced.prefix());
        } else {
            store = reopen.get();
            if (!persistent) {
                map.clear();
            }
        }
    }

    private void batch(Operation.Batched batched) {
        try (Batch batch = store.batch()) {
            for (Operation write : batched.writes()) {
                if (write instanceof Operation.Put put) {
                    batch.put(put.key(), value(put));
                } else if (write instanceof Operation.Delete delete) {
                    batch.delete(delete.key());
                }
            }
            if (batched.committed()) {
                batch.commit();
            }
        }
        for (Operation write : batched.committed() ? batched.writes() : List.<Operation>of()) {
            if (write instanceof Operation.Put put) {
                map.put(put.key(), value(put));
            } else if (write instanceof Operation.Delete delete) {
                map.remove(delete.key());
            }
        }
    }

    /** Short values, the empty one among them. */
    private static byte[] value(Operation.Put put) {
        return put.number() % 10 == 0 ? new byte[0] : Bytes.of("value " + put.number());
    }

    private Map<Key, byte[]> expectedAll(List<Key> keys) {
        Map<Key, byte[]> expected = new LinkedHashMap<>();
        for (Key key : keys) {
            byte[] value = map.get(key);
            if (value != null) {
                expected.put(key, value);
            }
        }
        return expected;
    }

    private static @Nullable String compareResults(List<Entry> expected, List<Entry> actual) {
        return expected.equals(actual) ? null : "shows " + texts(actual) + ", not " + texts(expected);
    }

    private static @Nullable String compare(@Nullable Object expected, @Nullable Object actual) {
        return Objects.equals(expected, actual) ? null : "gives " + actual + ", not " + expected;
    }

    private static String texts(Map<Key, byte[]> values) {
        return texts(Expect.entriesOf(values));
    }

    private static String texts(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.key() + "=" + text(entry.value()))
                .toList()
                .toString();
    }

    private static @Nullable String text(byte @Nullable [] value) {
        return value == null ? null : value.length <= 40 ? "'" + Bytes.text(value) + "'" : Arrays.hashCode(value) + "";
    }
}
