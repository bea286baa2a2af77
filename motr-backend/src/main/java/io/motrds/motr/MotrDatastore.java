package io.motrds.motr;

import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.Persistence;
import io.motrds.api.feature.RequestCount;
import io.motrds.api.feature.Scrub;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values in a Motr index. Everything is read from Motr: many processes may share one index, and nothing local
 * can go stale. Writes are persistent in Motr when they return, or without {@code syncWrites} after a sync: then the
 * wait for the directory record is left out, never that for the data that it names.
 *
 * <p>Batches are not atomic; each write in one is.
 */
final class MotrDatastore extends AbstractDatastore
        implements Persistence, DiskUsage, ConsistencyCheck, Scrub, RequestCount {

    /** What a store is given besides its index. */
    record Settings(
            int window,
            long windowBytes,
            long timeoutNanos,
            long scrubGraceMillis,
            long garbageDelayNanos,
            int objectsAbove,
            boolean syncWrites) {

        /** With persistent writes. */
        Settings(
                int window,
                long windowBytes,
                long timeoutNanos,
                long scrubGraceMillis,
                long garbageDelayNanos,
                int objectsAbove) {
            this(window, windowBytes, timeoutNanos, scrubGraceMillis, garbageDelayNanos, objectsAbove, true);
        }
    }

    /** The largest value: it is read in one piece of memory. */
    static final int MAX_VALUE_BYTES = 64 << 20;

    private static final Set<QueryPart> NATIVE =
            Set.of(QueryPart.KEY_RANGE, QueryPart.KEY_ORDER, QueryPart.KEYS_ONLY, QueryPart.SIZES, QueryPart.OFFSET);

    private final MotrIndex index;
    private final Settings settings;
    private final Window window;
    private final Directory directory;
    private final GenerationStock stock;
    private final Garbage garbage;
    private final Scrubber scrubber;

    /**
     * A store on an index that exists.
     *
     * @param index closed with the store, also when this fails
     * @throws DatastoreException if the index cannot be used
     */
    MotrDatastore(String name, MotrIndex index, Settings settings) {
        super(name, new Limits(Layout.MAX_KEY_BYTES, MAX_VALUE_BYTES), NATIVE);
        this.index = index;
        this.settings = settings;
        Sizing sizing = Sizing.DEFAULT;
        window = new Window(settings.window, settings.windowBytes);
        Pipeline.Route route = new Pipeline.Route(index, window, settings.timeoutNanos, name, null);
        directory = new Directory(route, sizing, new Values(route, sizing, settings.objectsAbove), settings.syncWrites);
        stock = new GenerationStock(sizing.recordsPerOperation(), settings.scrubGraceMillis / 2);
        garbage = new Garbage(directory, settings.garbageDelayNanos);
        scrubber = new Scrubber(directory, settings.windowBytes);
        try {
            Marker.check(route);
        } catch (DatastoreException e) {
            index.close();
            throw e;
        }
    }

    /** Persistence only when the cluster is a real one. */
    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return type == Persistence.class && !index.isPersistent() ? Optional.empty() : super.feature(type);
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        return directory.forOneCall().values(Set.of(key)).get(key);
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        return directoryFor(keys.size(), 0).values(keys);
    }

    /** What fits the window is one call with one deadline; of more, each operation has the timeout for itself. */
    private Directory directoryFor(int keys, long bytes) {
        return keys <= settings.window && bytes <= settings.windowBytes ? directory.forOneCall() : directory;
    }

    @Override
    protected boolean exists(Key key) {
        return directory.forOneCall().find(key) != null;
    }

    @Override
    protected long sizeOf(Key key) {
        Directory.Found found = directory.forOneCall().find(key);
        return found == null ? -1 : found.record().size();
    }

    @Override
    protected void write(Key key, byte[] value) {
        one(Map.of(key, value));
    }

    @Override
    protected void remove(Key key) {
        one(Collections.singletonMap(key, null));
    }

    private void one(Map<Key, byte @Nullable []> write) {
        DatastoreException cause =
                Commit.of(write, directory.forOneCall(), stock, garbage).cause();
        if (cause != null) {
            throw cause;
        }
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        long bytes = 0;
        for (byte @Nullable [] value : writes.values()) {
            bytes += value == null ? 0 : value.length;
        }
        Commit.Outcome outcome = Commit.of(writes, directoryFor(writes.size(), bytes), stock, garbage);
        DatastoreException cause = outcome.cause();
        if (cause != null) {
            throw new BatchException(name(), outcome.failed(), outcome.unknown(), cause);
        }
    }

    @Override
    protected Cursor scan(Scan scan) {
        return new DirectoryCursor(directory, scan, settings.windowBytes);
    }

    /** With {@code syncWrites} every write that returned is persistent already. */
    @Override
    protected void flush(Key prefix) {
        if (!settings.syncWrites) {
            directory.forOneCall().persist();
        }
    }

    @Override
    public long requests() {
        return window.entered();
    }

    /** The sizes of all values and their keys. Reads the whole directory. */
    @Override
    public long diskUsageBytes() {
        try (Use use = use()) {
            long[] sum = {0};
            scrubber.records((key, record) -> sum[0] += key.length() + record.size());
            return sum[0];
        }
    }

    @Override
    public void check() {
        try (Use use = use()) {
            scrubber.verify();
        }
    }

    @Override
    public void scrub() {
        try (Use use = use()) {
            scrubber.free(settings.scrubGraceMillis);
            scrubber.verify();
        }
    }

    /** Those of the keys that exist. */
    Set<Key> present(Collection<Key> keys) {
        try (Use use = use()) {
            return directory.forOneCall().raw(keys).keySet();
        }
    }

    /** Deletes old data at once instead of when it is due. */
    void collectGarbage() {
        garbage.collect(true);
    }

    @Override
    protected void shutdown() {
        garbage.close(index::close);
    }
}
