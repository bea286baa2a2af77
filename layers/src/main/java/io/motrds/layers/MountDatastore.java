package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Persistence;
import io.motrds.api.feature.Scrub;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryEngine;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.GuardedResults;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several stores as one: each holds the keys below its mountpoint, except those below a longer mountpoint. A key equal
 * to a mountpoint lies in the store around it, as in go-datastore, but {@code /} lies in the store mounted at {@code /}.
 */
final class MountDatastore extends Layer {

    private final MountTable table;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A mount store, which closes the stores within when it is closed.
     *
     * @param mounts at least one, each at a mountpoint of its own
     */
    MountDatastore(List<Mount> mounts) {
        super(
                mounts.stream().map(Mount::toString).collect(Collectors.joining(", ", "mount(", ")")),
                limits(mounts),
                nativeParts(mounts));
        this.table = new MountTable(mounts);
    }

    /** A key is shorter in its store by the mountpoint, so the whole may be longer. */
    private static Limits limits(List<Mount> mounts) {
        return mounts.stream()
                .map(mount -> {
                    Limits limits = mount.store().limits();
                    long longest = (long) limits.maxKeyBytes() + mount.point().length();
                    return new Limits((int) Math.min(longest, Integer.MAX_VALUE), limits.maxValueBytes());
                })
                .reduce(Limits::and)
                .orElseThrow();
    }

    /** What all stores do. How many entries of the first an offset skips, only counting tells. */
    private static Set<QueryPart> nativeParts(List<Mount> mounts) {
        Set<QueryPart> parts = EnumSet.allOf(QueryPart.class);
        mounts.forEach(mount -> parts.retainAll(mount.store().nativeQueryParts()));
        if (mounts.size() > 1) {
            parts.remove(QueryPart.OFFSET);
        }
        return Set.copyOf(parts);
    }

    /** Where a key is written. */
    Mount mountOf(Key key) {
        return table.find(key)
                .orElseThrow(() -> new RefusedInputException(
                        name() + ": no store is mounted for key " + key + "; add a mount at / or above the key"));
    }

    Optional<Mount> findMountOf(Key key) {
        return table.find(key);
    }

    void checkOpen() {
        if (closed.get()) { // for what reaches none of the stores
            throw new DatastoreClosedException(name() + " was closed");
        }
    }

    @Override
    public Optional<byte[]> get(Key key) {
        limits().check(key);
        checkOpen();
        return table.find(key).flatMap(mount -> mount.store().get(mount.point().strip(key)));
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        List<Key> wanted = List.copyOf(keys); // the caller's collection may change
        wanted.forEach(limits()::check);
        checkOpen();
        Map<Mount, List<Key>> byMount = new LinkedHashMap<>();
        for (Key key : wanted) {
            table.find(key)
                    .ifPresent(mount -> byMount.computeIfAbsent(mount, m -> new ArrayList<>())
                            .add(mount.point().strip(key)));
        }
        Map<Key, byte[]> found = new HashMap<>();
        byMount.forEach((mount, inner) -> mount.store()
                .getAll(inner)
                .forEach((key, value) -> found.put(mount.point().add(key), value)));
        Map<Key, byte[]> asGiven = new LinkedHashMap<>();
        for (Key key : wanted) {
            byte[] value = found.get(key);
            if (value != null) {
                asGiven.put(key, value);
            }
        }
        return asGiven;
    }

    @Override
    public boolean has(Key key) {
        limits().check(key);
        checkOpen();
        return table.find(key)
                .filter(mount -> mount.store().has(mount.point().strip(key)))
                .isPresent();
    }

    @Override
    public OptionalLong size(Key key) {
        limits().check(key);
        checkOpen();
        return table.find(key)
                .map(mount -> mount.store().size(mount.point().strip(key)))
                .orElse(OptionalLong.empty());
    }

    @Override
    public void put(Key key, byte[] value) {
        limits().check(key);
        limits().check(key, value);
        checkOpen();
        Mount mount = mountOf(key);
        mount.store().put(mount.point().strip(key), value);
    }

    @Override
    public void delete(Key key) {
        limits().check(key);
        checkOpen();
        table.find(key).ifPresent(mount -> mount.store().delete(mount.point().strip(key)));
    }

    @Override
    public QueryResults query(Query query) {
        checkOpen();
        QueryResults results = QueryEngine.run(query, nativeQueryParts(), scan -> new MountCursor(table, scan));
        return new GuardedResults(results, this::checkOpen);
    }

    @Override
    public Batch batch() {
        checkOpen();
        return new MountBatch(this);
    }

    /** Reaches the store of the prefix itself and those that hold what lies below. */
    @Override
    public void sync(Key prefix) {
        checkOpen();
        Optional<Mount> ofPrefix = table.find(prefix);
        onEach(table.mounts(), mount -> {
            Key point = mount.point().key();
            if (point.equals(prefix) || point.isDescendantOf(prefix)) {
                mount.store().sync(Key.ROOT);
            } else if (ofPrefix.filter(mount::equals).isPresent()) {
                mount.store().sync(mount.point().strip(prefix));
            }
        });
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        List<F> ofStores = table.mounts().stream()
                .flatMap(mount -> mount.store().feature(type).stream())
                .toList();
        boolean ofAll = ofStores.size() == table.mounts().size();
        if (type == Persistence.class || type == AtomicBatches.class) {
            boolean holds = ofAll && (type == Persistence.class || ofStores.size() == 1);
            return holds ? Optional.of(ofStores.get(0)) : Optional.empty();
        }
        return ofStores.isEmpty() ? Optional.empty() : Optional.ofNullable(together(type, ofStores));
    }

    /** A feature of the whole, made from those of the stores that have it; null for one that takes keys or is unknown. */
    private <F extends Feature> @Nullable F together(Class<F> type, List<F> ofStores) {
        Feature whole = null;
        if (type == DiskUsage.class) {
            whole = (DiskUsage) () -> ofStores.stream()
                    .mapToLong(each -> ((DiskUsage) each).diskUsageBytes())
                    .sum();
        } else if (type == ConsistencyCheck.class) {
            whole = (ConsistencyCheck) () -> onEach(ofStores, each -> ((ConsistencyCheck) each).check());
        } else if (type == Scrub.class) {
            whole = (Scrub) () -> onEach(ofStores, each -> ((Scrub) each).scrub());
        } else if (type == GarbageCollection.class) {
            whole = (GarbageCollection) () -> onEach(ofStores, each -> ((GarbageCollection) each).collectGarbage());
        }
        return whole == null ? null : type.cast(whole);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onEach(table.mounts(), mount -> mount.store().close());
        }
    }

    /** Does it on each, whether or not it failed on others; then throws the first failure. */
    static <T> void onEach(Collection<T> all, Consumer<T> action) {
        RuntimeException first = null;
        for (T each : all) {
            try {
                action.accept(each);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
