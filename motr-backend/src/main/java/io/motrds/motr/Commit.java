package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.motr.DirectoryRecord.Home;
import io.motrds.motr.Request.IndexRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out some writes, pipelined. For each value: its data, durably, in a generation that is registered; then its
 * directory record, which is the commit point. A record that exists is read, replaced, and its old data left to the
 * {@link Garbage}. Used once, by one thread.
 */
final class Commit {
    private static final Logger LOG = LoggerFactory.getLogger(Commit.class);

    private record Ready(Key key, DirectoryRecord record, byte[] place, byte[] bytes) {}

    private final Directory directory;
    private final GenerationStock stock;
    private final Garbage garbage;
    private final Pipeline pipeline;

    private final List<Ready> ready = new ArrayList<>();
    private final List<Ready> replacing = new ArrayList<>();
    private final Map<Key, byte[]> again = new LinkedHashMap<>();
    private final Set<Key> failed = new LinkedHashSet<>();
    private final Set<Key> unknown = new LinkedHashSet<>();
    private @Nullable DatastoreException cause;
    private boolean lastAttempt;

    private Commit(Directory directory, GenerationStock stock, Garbage garbage, Pipeline pipeline) {
        this.directory = directory;
        this.stock = stock;
        this.garbage = garbage;
        this.pipeline = pipeline;
    }

    /** What became of the writes: those of other keys took effect. */
    record Outcome(
            Set<Key> failed, Set<Key> unknown, @Nullable DatastoreException cause) {}

    /** Carries out the writes; null deletes. */
    static Outcome of(Map<Key, byte @Nullable []> writes, Directory directory, GenerationStock stock, Garbage garbage) {
        try (Pipeline pipeline = new Pipeline(directory.route(), writes.size() == 1)) {
            Commit commit = new Commit(directory, stock, garbage, pipeline);
            commit.run(writes);
            return new Outcome(commit.failed, commit.unknown, commit.cause);
        }
    }

    private void run(Map<Key, byte @Nullable []> writes) {
        Map<Key, byte[]> large = new LinkedHashMap<>();
        List<Key> deletes = new ArrayList<>();
        writes.forEach((key, value) -> {
            if (value == null) {
                deletes.add(key);
            } else if (value.length > DirectoryRecord.MAX_INLINE_BYTES) {
                large.put(key, value);
            } else {
                ready.add(ready(key, DirectoryRecord.inline(value)));
            }
        });
        storeData(large);
        pipeline.drain();
        storeDataAgain();
        flushReady(1);
        pipeline.drain();
        replace();
        delete(deletes);
    }

    /** Stores the data of values; each is ready to be committed when its last piece is durable. */
    private void storeData(Map<Key, byte[]> values) {
        Deque<ObjectName> names;
        try {
            // all of them before anything is in flight here: to wait for others then could block both
            names = stock.take(values.size(), directory.route());
        } catch (DatastoreException e) {
            values.keySet().forEach(key -> fail(key, e));
            return;
        }
        values.forEach((key, value) -> {
            if (isHopeless()) {
                failed.add(key);
            } else {
                store(key, value, names.removeFirst());
            }
        });
    }

    /** Stores in new generations what failed in a way that may pass. Nothing is in flight before and after. */
    private void storeDataAgain() {
        long deadline = directory.route().deadline();
        for (int attempt = 1; !again.isEmpty() && !isHopeless(); attempt++) {
            lastAttempt = !Pipeline.pause(attempt, deadline);
            Map<Key, byte[]> values = new LinkedHashMap<>(again);
            again.clear();
            storeData(values);
            pipeline.drain();
        }
        failed.addAll(again.keySet());
    }

    private void store(Key key, byte[] value, ObjectName name) {
        DirectoryRecord record = directory.values().plan(value, name);
        if (record.home() instanceof Home.InObject && name.poolVersion().equals(ObjectName.NOWHERE)) {
            fail(
                    key,
                    new DatastoreException(directory.route().store() + ": storing " + key
                            + ": Motr has no pool for objects now: see to its pools, or set objectsAbove higher"));
            return;
        }
        directory.values().write(pipeline, record, value, rc -> {
            if (Errno.isPassing(rc) && record.home() instanceof Home.InObject && !lastAttempt) {
                again.put(key, value); // in another generation, and so where Motr puts objects by then
            } else if (rc != 0) {
                fail(key, Errno.toException(rc, directory.route().store(), "storing the data of " + key));
            } else if (stock.isTooOld(name.generation())) {
                fail(
                        key,
                        new DatastoreUnavailableException(directory.route().store() + ": storing " + key
                                + " took longer than half of scrubGrace, so it was given up; try again"));
            } else {
                ready.add(ready(key, record));
                flushReady(directory.sizing().recordsPerOperation());
            }
        });
    }

    /** After an answer that did not come, the others would only wait, too. */
    private boolean isHopeless() {
        return cause != null && cause.isRetryable();
    }

    private void fail(Key key, DatastoreException why) {
        failed.add(key);
        cause = cause == null ? why : cause;
    }

    private static Ready ready(Key key, DirectoryRecord record) {
        byte[] place = Layout.directoryKey(key);
        return new Ready(key, record, place, record.encode(place));
    }

    /** Sends the directory records of keys that are new, as it is hoped, once there are so many. */
    private void flushReady(int atLeast) {
        if (ready.size() < atLeast) {
            return;
        }
        List<Ready> all = List.copyOf(ready);
        ready.clear();
        for (List<Ready> group : Values.groups(all, directory.sizing().recordsPerOperation())) {
            if (isHopeless()) {
                group.forEach(each -> failed.add(each.key));
            } else {
                put(group, false);
            }
        }
    }

    private void put(List<Ready> group, boolean overwrite) {
        List<IndexRecord> records = new ArrayList<>(group.size());
        group.forEach(each -> records.add(IndexRecord.of(each.place, each.bytes)));
        pipeline.submit(new Request.Put(records, overwrite, directory.durable()), directory.changes(), reply -> {
            for (int i = 0; i < group.size(); i++) {
                int rc = reply.rc() != 0 ? reply.rc() : reply.rcs()[i];
                if (rc == Errno.EEXIST && reply.rc() == 0) {
                    replacing.add(group.get(i));
                } else if (rc != 0) {
                    uncertain(group.get(i).key, rc, "committing");
                }
            }
        });
    }

    /** A write to the directory failed: it may have landed nevertheless, or may still. */
    private void uncertain(Key key, int rc, String doing) {
        DatastoreException why = Errno.toException(
                rc == Errno.ENOENT ? Errno.NO_INDEX : rc, directory.route().store(), doing + " " + key);
        boolean mayHaveLanded = rc == Errno.ETIMEDOUT || Errno.isPassing(rc);
        (mayHaveLanded ? unknown : failed).add(key);
        cause = cause == null ? why : cause;
    }

    /** Replaces the records that exist, and remembers their old data. Nothing is in flight before and after. */
    private void replace() {
        Map<Key, byte[]> old = before(replacing.stream().map(Ready::key).toList());
        if (old == null) {
            return;
        }
        // what equals our own is our own: an earlier attempt landed although its answer said otherwise
        List<Ready> changing = replacing.stream()
                .filter(each -> !Arrays.equals(each.bytes, old.get(each.key)))
                .toList();
        for (List<Ready> group : Values.groups(changing, directory.sizing().recordsPerOperation())) {
            if (isHopeless()) {
                group.forEach(each -> failed.add(each.key));
            } else {
                put(group, true);
            }
        }
        pipeline.drain();
        changing.forEach(each -> discard(each.key, old));
    }

    /** The records that are there before they are changed; null when they cannot be read. */
    private @Nullable Map<Key, byte[]> before(List<Key> keys) {
        if (isHopeless()) {
            failed.addAll(keys);
            return null;
        }
        try {
            return directory.raw(keys);
        } catch (DatastoreException e) {
            keys.forEach(key -> fail(key, e));
            return null;
        }
    }

    /** Lets go of the old data of a key whose write is known to have taken effect. */
    private void discard(Key key, Map<Key, byte[]> old) {
        byte[] bytes = old.get(key);
        if (bytes == null || failed.contains(key) || unknown.contains(key)) {
            return;
        }
        try {
            garbage.add(key, directory.decode(key, bytes));
        } catch (CorruptDataException e) {
            LOG.warn("{}; it was replaced, and its data stays until the next scrub", e.getMessage());
        }
    }

    /** Deletes keys. Nothing is in flight before and after. */
    private void delete(List<Key> keys) {
        Map<Key, byte[]> old = before(keys);
        if (old == null) {
            return;
        }
        for (List<Key> group :
                Values.groups(List.copyOf(old.keySet()), directory.sizing().recordsPerOperation())) {
            if (isHopeless()) {
                failed.addAll(group);
                continue;
            }
            List<byte[]> places = group.stream().map(Layout::directoryKey).toList();
            pipeline.submit(new Request.Delete(places, directory.durable()), directory.changes(), reply -> {
                for (int i = 0; i < group.size(); i++) {
                    int rc = reply.rc() != 0 ? reply.rc() : reply.rcs()[i];
                    if (rc == 0 || (rc == Errno.ENOENT && reply.rc() == 0)) {
                        discard(group.get(i), old);
                    } else {
                        uncertain(group.get(i), rc, "deleting");
                    }
                }
            });
        }
        pipeline.drain();
    }
}
