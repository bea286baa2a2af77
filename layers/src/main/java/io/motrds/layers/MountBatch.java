package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A batch of a mount store: one batch for each store that it writes to, committed one after the other. */
final class MountBatch implements Batch {

    /** The part of one store, and the keys that it writes, as the mount store names them. */
    private record Part(Batch batch, Set<Key> keys) {}

    private final MountDatastore store;
    private @Nullable Map<Mount, Part> parts = new LinkedHashMap<>();

    MountBatch(MountDatastore store) {
        this.store = store;
    }

    @Override
    public void put(Key key, byte[] value) {
        store.limits().check(key);
        store.limits().check(key, value);
        Mount mount = store.mountOf(key);
        Part part = partOf(mount);
        part.batch().put(mount.point().strip(key), value);
        part.keys().add(key);
    }

    @Override
    public void delete(Key key) {
        store.limits().check(key);
        open();
        store.findMountOf(key).ifPresent(mount -> {
            Part part = partOf(mount);
            part.batch().delete(mount.point().strip(key));
            part.keys().add(key);
        });
    }

    private Part partOf(Mount mount) {
        return open().computeIfAbsent(mount, m -> new Part(m.store().batch(), new HashSet<>()));
    }

    private Map<Mount, Part> open() {
        store.checkOpen();
        Map<Mount, Part> open = parts;
        if (open == null) {
            throw new IllegalStateException("the batch was committed or discarded already");
        }
        return open;
    }

    /** Commits all parts, also when one fails, so that the failure can say of each key what became of it. */
    @Override
    public void commit() {
        Map<Mount, Part> open = open();
        parts = null;
        try {
            commit(open);
        } finally {
            MountDatastore.onEach(open.values(), part -> part.batch().close());
        }
    }

    private void commit(Map<Mount, Part> open) {
        BatchFailure failure = null;
        for (Map.Entry<Mount, Part> each : open.entrySet()) {
            Mount mount = each.getKey();
            try {
                each.getValue().batch().commit();
            } catch (DatastoreException e) {
                if (open.size() == 1 && !(e instanceof BatchException)) {
                    throw e; // it speaks for the whole
                }
                BatchFailure ofPart = BatchFailure.of(e, each.getValue().keys(), mount.point()::add);
                failure = failure == null ? ofPart : failure.and(ofPart);
            }
        }
        if (failure != null) {
            throw failure.toException(store.name());
        }
    }

    @Override
    public void close() {
        Map<Mount, Part> open = parts;
        parts = null;
        if (open != null) {
            MountDatastore.onEach(open.values(), part -> part.batch().close());
        }
    }
}
