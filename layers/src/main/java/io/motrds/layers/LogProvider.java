package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The type {@code log}: a line for each operation of a store, through SLF4J. */
public final class LogProvider implements DatastoreProvider {

    private static final Parameter<String> NAME =
            Parameter.text("name", "name of the logger").byDefault("io.motrds.log");
    private static final Parameter<String> LEVEL = Parameter.choice(
                    "level", "level of the lines", "error", "warn", "info", "debug", "trace")
            .byDefault("debug");
    private static final Parameter<StoreConfig> CHILD = Parameter.store("child", "the store to log");

    /** For the service loader. */
    public LogProvider() {}

    @Override
    public String type() {
        return "log";
    }

    @Override
    public String description() {
        return "a log line for each operation of a store, never with values";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(NAME, LEVEL, CHILD);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Level level = Level.valueOf(config.get(LEVEL).toUpperCase(Locale.ROOT));
        LogLines lines = new LogLines(LoggerFactory.getLogger(config.get(NAME)), level);
        return Layer.around(
                config.get(CHILD), child -> new ObservedDatastore("log(" + child.name() + ")", child, lines));
    }
}
