package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Limits;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@link FaultyStore}s from configurations, or fails to. */
public final class FaultyProvider implements DatastoreProvider {

    /** The stores that were opened, by the id in their configuration. */
    static final Map<String, FaultyStore> OPENED = new ConcurrentHashMap<>();

    private static final Parameter<String> ID = Parameter.text("id", "name to find it by");
    private static final Parameter<Boolean> OPENS =
            Parameter.flag("opens", "whether it can be opened").byDefault("true");
    private static final Parameter<Integer> MAX_KEY = Parameter.integer(
                    "maxKey", "the longest key", Limits.MIN_KEY_BYTES, Integer.MAX_VALUE)
            .byDefault("65536");

    @Override
    public String type() {
        return "faulty";
    }

    @Override
    public String description() {
        return "a store that fails when a test wants it to";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(ID, OPENS, MAX_KEY);
    }

    @Override
    public Datastore open(StoreConfig config) {
        if (!config.get(OPENS)) {
            throw new DatastoreUnavailableException(config.get(ID) + " cannot be opened");
        }
        FaultyStore store = new FaultyStore().limited(config.get(MAX_KEY));
        OPENED.put(config.get(ID), store);
        return store;
    }
}
