package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The type {@code mount}: several stores as one, each below its mountpoint. */
public final class MountProvider implements DatastoreProvider {

    private static final Parameter<Key> MOUNTPOINT =
            Parameter.key("mountpoint", "key that the keys of this store lie below; the longest wins");
    private static final Parameter<List<StoreConfig>> MOUNTS =
            Parameter.stores("mounts", "the stores, each with its mountpoint", MOUNTPOINT);

    /** For the service loader. */
    public MountProvider() {}

    @Override
    public String type() {
        return "mount";
    }

    @Override
    public String description() {
        return "several stores as one, each below its mountpoint";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(MOUNTS);
    }

    @Override
    public Datastore open(StoreConfig config) {
        List<StoreConfig> stores = config.get(MOUNTS);
        Set<Key> points = new HashSet<>();
        for (StoreConfig store : stores) {
            Key point = store.get(MOUNTPOINT);
            if (!points.add(point)) {
                throw config.error(MOUNTS, "has two stores at " + point + "; give each a mountpoint of its own");
            }
        }
        List<Mount> opened = new ArrayList<>();
        try {
            for (StoreConfig store : stores) {
                opened.add(new Mount(new Prefix(store.get(MOUNTPOINT)), store.open()));
            }
            return new MountDatastore(opened);
        } catch (RuntimeException | Error e) {
            try {
                MountDatastore.onEach(opened, mount -> mount.store().close());
            } catch (RuntimeException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }
}
