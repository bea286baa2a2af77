package io.motrds.memory;

import io.motrds.api.Datastore;
import io.motrds.api.Limits;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.time.Clock;
import java.util.List;

/** Opens stores of type {@code mem}: a sorted map in memory that is empty at first and gone when it is closed. */
public final class MemoryProvider implements DatastoreProvider {

    private static final int MAX_KEY_BYTES = 64 << 10;
    private static final Parameter<Long> MAX_VALUE =
            Parameter.bytes("maxValue", "the largest value that is taken").byDefault("32MiB");

    /** For the ServiceLoader. */
    public MemoryProvider() {}

    @Override
    public String type() {
        return "mem";
    }

    @Override
    public String description() {
        return "a sorted map in memory, gone when it is closed";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(MAX_VALUE);
    }

    @Override
    public Datastore open(StoreConfig config) {
        long maxValue = config.get(MAX_VALUE);
        if (maxValue < Limits.MIN_VALUE_BYTES || maxValue > Integer.MAX_VALUE) {
            throw config.error(MAX_VALUE, "must be from 3MiB, which every store takes, to 2147483647 B");
        }
        return new MemoryDatastore(new Limits(MAX_KEY_BYTES, (int) maxValue), Clock.systemUTC());
    }
}
