package io.motrds.layers;

import io.micrometer.core.instrument.Metrics;
import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;

/**
 * The type {@code measure}: times, sizes and errors of a store's operations as Micrometer meters in {@link
 * Metrics#globalRegistry}. A program adds the registries that it publishes to that one.
 */
public final class MeasureProvider implements DatastoreProvider {

    private static final Parameter<String> PREFIX = Parameter.of(
            "prefix", "what the names of the meters start with", "a name such as flatfs.datastore", text -> {
                if (text.isEmpty()) {
                    throw new IllegalArgumentException();
                }
                return text;
            });
    private static final Parameter<StoreConfig> CHILD = Parameter.store("child", "the store to measure");

    /** For the service loader. */
    public MeasureProvider() {}

    @Override
    public String type() {
        return "measure";
    }

    @Override
    public String description() {
        return "Micrometer timers, sizes and error counts of a store";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PREFIX, CHILD);
    }

    @Override
    public Datastore open(StoreConfig config) {
        String prefix = config.get(PREFIX);
        return Layer.around(
                config.get(CHILD),
                child -> new ObservedDatastore(
                        "measure(" + prefix + ": " + child.name() + ")",
                        child,
                        new Meters(Metrics.globalRegistry, prefix)));
    }
}
