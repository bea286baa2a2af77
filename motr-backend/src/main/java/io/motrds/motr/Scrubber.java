package io.motrds.motr;

import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.Scan;
import io.motrds.motr.DirectoryRecord.Home;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the generations that no directory record names and that are older than any writer can be, and verifies values
 * against the directory. Other processes may write meanwhile.
 */
record Scrubber(Directory directory, long valueBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

    /** Deletes leftovers of generations older than this. Returns how many generations were deleted. */
    int free(long graceMillis) {
        long before = System.currentTimeMillis() - graceMillis;
        // first the registry, then the directory: what is committed in between is found in the directory
        Map<Generation, ObjectName> old = new HashMap<>();
        int[] unreadable = {0};
        zone(Layout.REGISTRY, (key, value) -> {
            ObjectName name = Layout.registered(key, value);
            if (name == null) {
                unreadable[0]++;
            } else if (name.generation().millis() < before) {
                old.put(name.generation(), name);
            }
        });
        if (unreadable[0] > 0) {
            LOG.warn(
                    "{}: {} damaged records of the registry stay",
                    directory.route().store(),
                    unreadable[0]);
        }
        if (old.isEmpty()) {
            return 0;
        }
        records((key, record) -> {
            if (record.home() instanceof Home.Outside outside) {
                old.remove(outside.generation());
            }
        });
        directory.persist(); // else a crash could bring back a record that names what is deleted here
        int freed = 0;
        for (ObjectName name : old.values()) {
            freed += delete(name) ? 1 : 0;
        }
        if (freed > 0) {
            LOG.info("{}: freed {} leftover generations", directory.route().store(), freed);
        }
        if (freed < old.size()) {
            LOG.warn(
                    "{}: {} leftover generations stay, as this cluster does not know the pool versions of their objects",
                    directory.route().store(),
                    old.size() - freed);
        }
        return freed;
    }

    /** Deletes what there is of a generation; false if an object of it cannot be reached. */
    private boolean delete(ObjectName name) {
        Generation generation = name.generation();
        List<byte[]> chunks = new ArrayList<>();
        int[] largest = {1};
        range(Layout.chunkPrefix(generation), directory.sizing().anyRecordsPerNext(), (key, value) -> {
            chunks.add(key);
            largest[0] = Math.max(largest[0], value.length);
        });
        int perDelete = directory.sizing().chunksPerDelete(largest[0]);
        for (List<byte[]> group : Values.groups(chunks, perDelete)) {
            send(new Request.Delete(group, true));
        }
        if (!name.poolVersion().equals(ObjectName.NOWHERE)) {
            Reply dropped = Pipeline.call(directory.route(), new Request.DropObject(name));
            if (dropped.rc() == Errno.NO_POOL) {
                return false;
            }
            succeed(dropped);
        }
        send(new Request.Delete(List.of(Layout.registryKey(generation)), true));
        return true;
    }

    private void send(Request request) {
        succeed(Pipeline.call(directory.route(), request));
    }

    private void succeed(Reply reply) {
        int rc = Values.firstFailure(reply, true);
        if (rc != 0) {
            throw Errno.toException(rc, directory.route().store(), "scrubbing");
        }
    }

    /** Shows every directory record. */
    void records(BiConsumer<Key, DirectoryRecord> each) {
        try (DirectoryCursor cursor = cursor(Projection.KEYS_AND_SIZES)) {
            for (DirectoryCursor.Found next = cursor.nextFound(); next != null; next = cursor.nextFound()) {
                each.accept(next.key(), next.record());
            }
        }
    }

    /**
     * Reads every value and verifies it.
     *
     * @throws io.motrds.api.CorruptDataException naming the first that is damaged
     */
    void verify() {
        try (DirectoryCursor cursor = cursor(Projection.VALUES)) {
            while (cursor.next() != null) {
                // reading it is the check
            }
        }
    }

    private DirectoryCursor cursor(Projection projection) {
        Scan all = new Scan(KeyRange.ALL, Scan.Direction.ASCENDING, 0, Query.NO_LIMIT, projection);
        return new DirectoryCursor(directory, all, valueBytes);
    }

    private void zone(byte zone, BiConsumer<byte[], byte[]> each) {
        // replies run into the zone of the chunks, so no more records than fit when all of them are chunks
        range(new byte[] {zone}, directory.sizing().anyRecordsPerNext(), each);
    }

    private void range(byte[] prefix, int count, BiConsumer<byte[], byte[]> each) {
        byte[] from = prefix;
        boolean exclusive = false;
        int asked = count;
        while (true) {
            Reply reply = Pipeline.call(
                    directory.route(),
                    new Request.Next(from, exclusive, asked, directory.sizing().recordBytes()));
            int rc = Values.firstFailure(reply, true);
            if (rc != 0) {
                throw Errno.toException(rc, directory.route().store(), "scrubbing");
            }
            int found = 0;
            for (int i = 0; i < reply.keys().length; i++) {
                byte[] key = reply.keys()[i];
                byte[] value = reply.values()[i];
                if (key == null || value == null) {
                    break;
                }
                if (!Layout.startsWith(key, prefix)) {
                    return;
                }
                each.accept(key, value);
                from = key;
                exclusive = true;
                found++;
            }
            if (found == 0 && asked == 1) {
                return;
            }
            asked = found < asked ? 1 : count; // only a read of one record is believed to be the end
        }
    }
}
