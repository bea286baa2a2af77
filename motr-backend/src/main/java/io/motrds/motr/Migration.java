package io.motrds.motr;

import io.motrds.api.Batch;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies what go-ds-motr wrote into a store of the native format, and reads back what it wrote. Keys that are there
 * already are left alone, so a migration that was ended is gone on with by starting it again. The source is only read.
 */
final class Migration {
    private static final int MOST_AT_ONCE = 256;

    private final RawRecords source;
    private final Datastore directory;
    private final @Nullable MotrDatastore target;
    private final Set<Mode> modes;

    private final Counts counts = new Counts();

    /** What is done differently. */
    enum Mode {
        /** Nothing is written. */
        DRY_RUN,
        /** Values that are there already are compared, too. */
        COMPARE
    }

    /** What was done so far. */
    static final class Counts {
        long keys;
        long copied;
        long bytes;
        long present;
        long missing;
        long different;

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("keys", keys);
            fields.put("copied", copied);
            fields.put("bytes", bytes);
            fields.put("present", present);
            fields.put("missing", missing);
            fields.put("different", different);
            return fields;
        }

        @Override
        public String toString() {
            return keys + " keys: " + copied + " copied, " + bytes + " B, " + present + " were there already, "
                    + missing + " have no value in the old index" + (different > 0 ? ", " + different + " differ" : "");
        }
    }

    /** Tells of progress and of keys that something is wrong with. */
    interface Listener {
        /** Called after every page. */
        void at(Counts counts);

        /** Called for every key whose value is missing or differs. */
        void problem(String message);
    }

    /**
     * A migration.
     *
     * @param directory the folder that lists the keys
     * @param target null when there is none yet, in a dry run
     */
    Migration(RawRecords source, Datastore directory, @Nullable MotrDatastore target, Set<Mode> modes) {
        this.source = source;
        this.directory = directory;
        this.target = target;
        this.modes = modes;
    }

    /**
     * Runs to the end.
     *
     * @throws CorruptDataException if what was written does not come back
     */
    Counts run(Listener listener) {
        try (QueryResults keys = directory.query(Query.all().keysOnly())) {
            List<Key> page = new ArrayList<>();
            while (keys.hasNext()) {
                page.add(keys.next().key());
                if (page.size() == pageSize() || !keys.hasNext()) {
                    move(page, listener);
                    page.clear();
                    listener.at(counts);
                }
            }
        }
        if (target != null && !modes.contains(Mode.DRY_RUN)) {
            target.sync(Key.ROOT);
        }
        return counts;
    }

    private int pageSize() {
        long most = (4L << 20) / source.sizing().recordBytes();
        return (int) Math.max(1, Math.min(MOST_AT_ONCE, most));
    }

    private void move(List<Key> page, Listener listener) {
        counts.keys += page.size();
        Set<Key> present = target == null ? Set.of() : target.present(page);
        counts.present += present.size();
        List<Key> wanted = page.stream()
                .filter(key -> modes.contains(Mode.COMPARE) || !present.contains(key))
                .toList();
        Map<Key, byte[]> values = read(wanted, listener);
        if (modes.contains(Mode.COMPARE)) {
            compare(present, values, listener);
        }
        values.keySet().removeAll(present);
        if (target != null && !modes.contains(Mode.DRY_RUN)) {
            write(target, values);
        }
        counts.copied += values.size();
        values.values().forEach(value -> counts.bytes += value.length);
    }

    private Map<Key, byte[]> read(List<Key> keys, Listener listener) {
        Map<Key, byte[]> values = new LinkedHashMap<>();
        source.get(
                keys.stream().map(key -> RecordName.toRecordKey(key.toUtf8())).toList(), (place, value) -> {
                    if (value == null) {
                        counts.missing++;
                        listener.problem(
                                "the old index has no value of " + keys.get(place) + ", which leveldbPath lists");
                    } else {
                        values.put(keys.get(place), value);
                    }
                });
        return values;
    }

    private void compare(Set<Key> present, Map<Key, byte[]> old, Listener listener) {
        Map<Key, byte[]> now = target == null ? Map.of() : target.getAll(present);
        now.forEach((key, value) -> {
            byte[] before = old.get(key);
            if (before != null && !Arrays.equals(before, value)) {
                counts.different++;
                listener.problem("the value of " + key + " differs from the old one");
            }
        });
    }

    private static void write(MotrDatastore target, Map<Key, byte[]> values) {
        try (Batch batch = target.batch()) {
            values.forEach(batch::put);
            batch.commit();
        }
        Map<Key, byte[]> written = target.getAll(values.keySet());
        values.forEach((key, value) -> {
            if (!Arrays.equals(value, written.get(key))) {
                throw new CorruptDataException(target.name() + ": what was written to " + key + " did not come back");
            }
        });
    }

    /** Notes the keys of all records that go-ds-motr wrote. Returns how many there are, and how many others. */
    static long[] list(RawRecords source, Datastore directory, Consumer<Long> listener) {
        long[] found = new long[2];
        byte[] from = {0};
        boolean exclusive = false;
        while (true) {
            List<Request.IndexRecord> page = source.next(from, exclusive);
            if (page.isEmpty()) {
                return found;
            }
            List<Key> keys = new ArrayList<>();
            for (Request.IndexRecord record : page) {
                Key key = key(record.key());
                if (key == null) {
                    found[1]++;
                } else {
                    keys.add(key);
                }
            }
            GoDsMotrDatastore.list(directory, keys);
            found[0] += keys.size();
            listener.accept(found[0]);
            from = page.get(page.size() - 1).key();
            exclusive = true;
        }
    }

    /** The datastore key of a record; null for a record that is none of a datastore. */
    private static @Nullable Key key(byte[] recordKey) {
        byte[] name = RecordName.ofRecordKey(recordKey);
        if (name == null || name.length == 0 || name[0] != '/') {
            return null;
        }
        try {
            Key key = Key.fromUtf8(name);
            return Arrays.equals(key.toUtf8(), name) ? key : null;
        } catch (InvalidKeyException e) {
            return null;
        }
    }
}
