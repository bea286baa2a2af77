package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.motr.DirectoryRecord.Home;
import io.motrds.motr.Pipeline.Route;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the directory, and values by way of it.
 *
 * <p>A value may be replaced between the reading of its directory record and of its data. A reader that misses data, or
 * whose checksum does not hold, reads the record again: has it changed, the reader follows it; has it not, the value is
 * damaged.
 *
 * @param durable whether a write to the directory returns when it is persistent
 * @param lookups lets readers of one record each share operations
 * @param changes lets writers of one record each share operations
 */
record Directory(Route route, Sizing sizing, Values values, boolean durable, Coalescer lookups, Coalescer changes) {

    /** A store's directory. */
    Directory(Route route, Sizing sizing, Values values, boolean durable) {
        this(
                route,
                sizing,
                values,
                durable,
                new Coalescer(sizing.directoryRecordsPerGet(), sizing.messageBytes()),
                new Coalescer(sizing.recordsPerOperation(), sizing.messageBytes()));
    }

    /** The same directory for one call, whose operations all together end within the timeout. */
    Directory forOneCall() {
        Route once = route.forOneCall();
        return new Directory(once, sizing, values.on(once), durable, lookups, changes);
    }

    /** Makes persistent what was written before, where a write does not wait for that itself. */
    void persist() {
        if (!durable) {
            int rc = route.index().sync(Math.max(0, route.deadline() - System.nanoTime()));
            if (rc != 0) {
                throw Errno.toException(rc, route.store(), "making writes persistent");
            }
        }
    }

    /** A directory record as it was read: its bytes, and what they mean. */
    record Found(byte[] bytes, DirectoryRecord record) {}

    /** Reads the directory records of keys; the consumer gets null for a key that is absent. */
    private void read(Collection<Key> keys, BiConsumer<Key, byte @Nullable []> each) {
        try (Pipeline pipeline = new Pipeline(route, keys.size() == 1)) {
            for (List<Key> group : Values.groups(List.copyOf(keys), sizing.directoryRecordsPerGet())) {
                pipeline.submit(lookup(group), lookups, reply -> show(reply, group, each));
            }
            pipeline.drain();
        }
    }

    private static Request.Get lookup(List<Key> keys) {
        return new Request.Get(keys.stream().map(Layout::directoryKey).toList(), DirectoryRecord.MAX_BYTES);
    }

    private void show(Reply reply, List<Key> group, BiConsumer<Key, byte @Nullable []> each) {
        fail(reply.rc(), group.get(0));
        for (int i = 0; i < group.size(); i++) {
            if (reply.rcs()[i] != Errno.ENOENT) {
                fail(reply.rcs()[i], group.get(i));
            }
            each.accept(group.get(i), reply.values()[i]);
        }
    }

    private void fail(int rc, Key key) {
        if (rc != 0) {
            throw Errno.toException(rc, route.store(), "reading " + key);
        }
    }

    /** The directory records, as bytes, of those keys that exist. */
    Map<Key, byte[]> raw(Collection<Key> keys) {
        Map<Key, byte[]> found = new LinkedHashMap<>();
        read(keys, (key, bytes) -> {
            if (bytes != null) {
                found.put(key, bytes);
            }
        });
        return found;
    }

    /** The directory record of a key; null when absent. */
    @Nullable Found find(Key key) {
        byte[] bytes = raw(List.of(key)).get(key);
        return bytes == null ? null : new Found(bytes, decode(key, bytes));
    }

    /** Reads a directory record, and names the store and the key when it is damaged. */
    DirectoryRecord decode(Key key, byte[] bytes) {
        try {
            return DirectoryRecord.decode(Layout.directoryKey(key), bytes);
        } catch (CorruptDataException e) {
            throw new CorruptDataException(route.store() + ": key " + key + ": " + e.getMessage(), e);
        }
    }

    /** The values of those keys that exist, in the order of the keys. */
    Map<Key, byte[]> values(Collection<Key> keys) {
        Map<Key, byte[]> loaded = load(raw(keys));
        Map<Key, byte[]> ordered = new LinkedHashMap<>();
        for (Key key : keys) {
            byte[] value = loaded.get(key);
            if (value != null) {
                ordered.put(key, value);
            }
        }
        return ordered;
    }

    /** The values of directory records, which are read again when a value has been replaced since. */
    Map<Key, byte[]> load(Map<Key, byte[]> records) {
        Map<Key, byte[]> loaded = new HashMap<>();
        Map<Key, byte[]> wanted = records;
        long deadline = route.deadline();
        while (!wanted.isEmpty()) {
            Map<Key, byte[]> missed = loadOnce(wanted, loaded);
            if (missed.isEmpty()) {
                break;
            }
            Map<Key, byte[]> now = raw(missed.keySet());
            for (Map.Entry<Key, byte[]> entry : now.entrySet()) {
                if (Arrays.equals(entry.getValue(), missed.get(entry.getKey()))) {
                    throw new CorruptDataException(route.store() + ": the value of " + entry.getKey()
                            + " is damaged: pieces of it are missing or altered");
                }
            }
            if (System.nanoTime() - deadline >= 0) {
                throw Errno.toException(
                        Errno.ETIMEDOUT, route.store(), "reading values that are being replaced again and again");
            }
            wanted = now;
        }
        return loaded;
    }

    /** Adds the values to those that were loaded; returns the records whose data was missing or damaged. */
    private Map<Key, byte[]> loadOnce(Map<Key, byte[]> records, Map<Key, byte[]> loaded) {
        Map<Key, byte[]> missed = new LinkedHashMap<>();
        try (Pipeline pipeline = new Pipeline(route, records.size() == 1)) {
            records.forEach((key, bytes) -> {
                DirectoryRecord record = decode(key, bytes);
                if (record.home() instanceof Home.Inline inline) {
                    accept(key, record, inline.value(), loaded, missed, bytes);
                    return;
                }
                byte[] value = new byte[Math.toIntExact(record.size())];
                values.read(pipeline, record, value, rc -> {
                    if (rc == Errno.ENOENT) {
                        missed.put(key, bytes);
                    } else if (rc != 0) {
                        throw failed(rc, key);
                    } else {
                        accept(key, record, value, loaded, missed, bytes);
                    }
                });
            });
            pipeline.drain();
        }
        return missed;
    }

    private DatastoreException failed(int rc, Key key) {
        return Errno.toException(rc, route.store(), "reading the value of " + key);
    }

    private static void accept(
            Key key,
            DirectoryRecord record,
            byte[] value,
            Map<Key, byte[]> loaded,
            Map<Key, byte[]> missed,
            byte[] bytes) {
        if (DirectoryRecord.checksum(value) == record.checksum()) {
            loaded.put(key, value);
        } else {
            missed.put(key, bytes);
        }
    }
}
