package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;

/** The type {@code namespace}: the part of a store below a prefix, as a store of its own. */
public final class NamespaceProvider implements DatastoreProvider {

    private static final Parameter<Key> PREFIX = Parameter.key("prefix", "key that all keys of this store lie below");
    private static final Parameter<StoreConfig> CHILD = Parameter.store("child", "the store that holds them");

    /** For the service loader. */
    public NamespaceProvider() {}

    @Override
    public String type() {
        return "namespace";
    }

    @Override
    public String description() {
        return "the part of a store below a prefix";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PREFIX, CHILD);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Prefix prefix = new Prefix(config.get(PREFIX));
        return Layer.around(config.get(CHILD), child -> {
            int left = child.limits().maxKeyBytes() - prefix.length();
            if (left < Limits.MIN_KEY_BYTES) {
                throw tooLong(config, prefix, child, left);
            }
            return new NamespaceDatastore(prefix, child);
        });
    }

    private static MisconfiguredException tooLong(StoreConfig config, Prefix prefix, Datastore child, int left) {
        return config.error(
                PREFIX,
                "of " + prefix.length() + " bytes is too long: " + child.name() + " takes keys of "
                        + child.limits().maxKeyBytes() + " bytes, which leaves " + left + " of the "
                        + Limits.MIN_KEY_BYTES + " that every store takes; allowed are at most "
                        + Math.max(0, child.limits().maxKeyBytes() - Limits.MIN_KEY_BYTES) + " bytes");
    }
}
