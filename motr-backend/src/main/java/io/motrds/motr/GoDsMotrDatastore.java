package io.motrds.motr;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import io.motrds.motr.Request.IndexRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values as go-ds-motr lays them out: a record for each value, and a LevelDB folder that says which keys exist.
 * The folder belongs to one process at a time, and so does the index.
 *
 * <p>Writes: first the record, then the folder; deletions the other way round. So a crash leaves at worst a record that
 * nobody sees.
 */
final class GoDsMotrDatastore extends AbstractDatastore implements Persistence, ConsistencyCheck {

    /** The longest key, as in the native format. */
    static final int MAX_KEY_BYTES = 1024;

    private static final byte[] PRESENT = {1};
    private static final int CHECKED_AT_ONCE = 64;
    private static final Set<QueryPart> NATIVE =
            Set.of(QueryPart.KEY_RANGE, QueryPart.KEY_ORDER, QueryPart.KEYS_ONLY, QueryPart.OFFSET);

    private final MotrIndex index;
    private final RawRecords records;
    private final Datastore directory;
    private final boolean syncWrites;
    private final long readAheadBytes;
    private final @Nullable Path temporary;
    private final KeyLocks locks = new KeyLocks();

    /**
     * A store on an index that exists.
     *
     * @param directory the keys that exist; closed with the store
     * @param temporary a folder that is deleted with the store, or null
     */
    GoDsMotrDatastore(
            String name,
            MotrIndex index,
            RawRecords records,
            Datastore directory,
            boolean syncWrites,
            long readAheadBytes,
            @Nullable Path temporary) {
        super(name, new Limits(MAX_KEY_BYTES, maxValueBytes(records.sizing())), NATIVE);
        this.index = index;
        this.records = records;
        this.directory = directory;
        this.syncWrites = syncWrites;
        this.readAheadBytes = readAheadBytes;
        this.temporary = temporary;
    }

    /** What a value of any key may have. */
    static int maxValueBytes(Sizing sizing) {
        return sizing.recordBytes() - RecordName.EXTRA_BYTES - MAX_KEY_BYTES;
    }

    /** Opens the folder with the keys. It takes the lock that keeps other processes out, the Go plugin's included. */
    static Datastore openDirectory(Path folder, boolean create, boolean syncWrites) {
        return Datastores.open(Map.of(
                "type",
                "levelds",
                "path",
                folder.toAbsolutePath().toString(),
                "createIfMissing",
                Boolean.toString(create),
                "syncWrites",
                Boolean.toString(syncWrites)));
    }

    /** Notes keys as present. */
    static void list(Datastore directory, Collection<Key> keys) {
        try (Batch batch = directory.batch()) {
            keys.forEach(key -> batch.put(key, PRESENT));
            batch.commit();
        }
    }

    private static byte[] recordKey(Key key) {
        return RecordName.toRecordKey(key.toUtf8());
    }

    /** Persistence only when the cluster is a real one. */
    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return type == Persistence.class && !index.isPersistent() ? Optional.empty() : super.feature(type);
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        return readAll(Set.of(key)).get(key);
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        try (KeyLocks.Held held = locks.reading(keys, records.route())) {
            List<Key> present = List.copyOf(directory.getAll(keys).keySet());
            Map<Key, byte[]> found = new LinkedHashMap<>();
            present.forEach(key -> found.put(key, PRESENT)); // keeps the order
            RawRecords way = keys.size() == 1 ? records.forOneCall() : records;
            way.get(present.stream().map(GoDsMotrDatastore::recordKey).toList(), (place, value) -> {
                if (value == null) {
                    throw missing(present.get(place));
                }
                found.put(present.get(place), value);
            });
            return found;
        }
    }

    private CorruptDataException missing(Key key) {
        return new CorruptDataException(name() + ": the record of " + key + " is missing in the index, although"
                + " leveldbPath lists it: it was lost, or another program deleted it; motrds reindex makes the list"
                + " anew");
    }

    @Override
    protected boolean exists(Key key) {
        return directory.has(key);
    }

    @Override
    protected long sizeOf(Key key) {
        byte[] value = read(key);
        return value == null ? -1 : value.length;
    }

    @Override
    protected void write(Key key, byte[] value) {
        one(Map.of(key, value));
    }

    @Override
    protected void remove(Key key) {
        Map<Key, byte @Nullable []> delete = new LinkedHashMap<>();
        delete.put(key, null);
        one(delete);
    }

    private void one(Map<Key, byte @Nullable []> write) {
        DatastoreException cause = new Writes(records.forOneCall()).run(write).cause;
        if (cause != null) {
            throw cause;
        }
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        Writes done = new Writes(records).run(writes);
        DatastoreException cause = done.cause;
        if (cause != null) {
            throw new BatchException(name(), done.failed, done.unknown, cause);
        }
    }

    /** Some writes, and what became of them. */
    private final class Writes {
        private final RawRecords way;
        private final Set<Key> failed = new LinkedHashSet<>();
        private final Set<Key> unknown = new LinkedHashSet<>();
        private @Nullable DatastoreException cause;

        Writes(RawRecords way) {
            this.way = way;
        }

        Writes run(Map<Key, byte @Nullable []> writes) {
            List<Key> puts = new ArrayList<>();
            List<Key> deletes = new ArrayList<>();
            List<IndexRecord> puttings = new ArrayList<>();
            writes.forEach((key, value) -> {
                if (value == null) {
                    deletes.add(key);
                } else {
                    puts.add(key);
                    puttings.add(IndexRecord.of(recordKey(key), value));
                }
            });
            try (KeyLocks.Held held = locks.writing(writes.keySet(), way.route())) {
                requireDeletable(deletes, way);
                way.put(puttings, true, syncWrites, (place, rc) -> note(puts.get(place), rc, "writing"));
                if (list(puts, deletes)) {
                    List<byte[]> keys =
                            deletes.stream().map(GoDsMotrDatastore::recordKey).toList();
                    way.delete(keys, syncWrites, (place, rc) -> {
                        if (rc != 0 && rc != Errno.ENOENT) { // no longer listed, but its record is, or may be, there
                            Key key = deletes.get(place);
                            unknown.add(key);
                            cause = cause == null ? Errno.toException(rc, name(), "deleting " + key) : cause;
                        }
                    });
                }
            }
            return this;
        }

        /** Lists what was put, and no longer what is to be deleted. */
        private boolean list(List<Key> puts, List<Key> deletes) {
            try (Batch batch = directory.batch()) {
                puts.stream()
                        .filter(key -> !failed.contains(key) && !unknown.contains(key))
                        .forEach(key -> batch.put(key, PRESENT));
                deletes.forEach(batch::delete);
                batch.commit();
                return true;
            } catch (DatastoreException e) {
                unknown.addAll(puts);
                unknown.addAll(deletes);
                unknown.removeAll(failed);
                cause = cause == null ? e : cause;
                return false;
            }
        }

        private void note(Key key, int rc, String doing) {
            if (rc == 0) {
                return;
            }
            boolean mayHaveLanded = rc == Errno.ETIMEDOUT || Errno.isPassing(rc);
            (mayHaveLanded ? unknown : failed).add(key);
            cause = cause == null ? Errno.toException(rc, name(), doing + " " + key) : cause;
        }
    }

    /** Refuses to delete what a server would not survive, for which the values must be looked at. */
    private void requireDeletable(List<Key> keys, RawRecords way) {
        int limit = way.sizing().deletedBytes();
        if (way.sizing().mayExceedDeletion()) {
            way.get(keys.stream().map(GoDsMotrDatastore::recordKey).toList(), (place, value) -> {
                if (value != null && value.length > limit) {
                    throw new RefusedInputException(name() + ": deleting " + keys.get(place) + ", a value of "
                            + value.length + " bytes, could end the Motr server: the limit is " + limit
                            + " bytes, deletedBytes");
                }
            });
        }
    }

    @Override
    protected Cursor scan(Scan scan) {
        int ahead = (int) Math.max(
                1, Math.min(CHECKED_AT_ONCE, readAheadBytes / records.sizing().recordBytes()));
        return new GoDsMotrCursor(directory, scan, ahead, this::readAll);
    }

    @Override
    protected void flush(Key prefix) {
        if (!syncWrites) {
            int rc = index.sync(records.route().timeoutNanos());
            if (rc != 0) {
                throw Errno.toException(rc, name(), "making writes persistent");
            }
        }
        directory.sync(prefix);
    }

    /** Reads the record of every key that is listed. */
    @Override
    public void check() {
        try (Use use = use();
                QueryResults keys = directory.query(Query.all().keysOnly())) {
            List<Key> some = new ArrayList<>();
            while (keys.hasNext()) {
                some.add(keys.next().key());
                if (some.size() == CHECKED_AT_ONCE || !keys.hasNext()) {
                    readAll(some);
                    some.clear();
                }
            }
        }
    }

    private void deleteTemporary() {
        Path folder = temporary;
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new DatastoreException(name() + ": the temporary folder " + folder + " cannot be deleted", e);
        }
    }

    @Override
    protected void shutdown() {
        try (index) {
            directory.close();
            deleteTemporary();
        }
    }
}
