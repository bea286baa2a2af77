package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.time.Duration;
import java.util.List;

/** The type {@code retry}: calls that failed with an error that may pass are made again. */
public final class RetryProvider implements DatastoreProvider {

    private static final Parameter<Integer> ATTEMPTS = Parameter.integer(
                    "attempts", "how often a call is made in all", 1, 1000)
            .byDefault("5");
    private static final Parameter<Duration> BACKOFF = Parameter.duration(
                    "backoff", "longest pause after the first attempt; doubles with each")
            .byDefault("100ms");
    private static final Parameter<Duration> MAX_BACKOFF =
            Parameter.duration("maxBackoff", "longest pause after any attempt").byDefault("10s");
    private static final Parameter<StoreConfig> CHILD = Parameter.store("child", "the store that is called");

    /** For the service loader. */
    public RetryProvider() {}

    @Override
    public String type() {
        return "retry";
    }

    @Override
    public String description() {
        return "repeats calls of a store that failed with an error that may pass";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(ATTEMPTS, BACKOFF, MAX_BACKOFF, CHILD);
    }

    @Override
    public Datastore open(StoreConfig config) {
        RetryPolicy policy = new RetryPolicy(config.get(ATTEMPTS), config.get(BACKOFF), config.get(MAX_BACKOFF));
        if (policy.maxBackoff().compareTo(policy.backoff()) < 0) {
            throw config.error(
                    MAX_BACKOFF,
                    "is " + policy.maxBackoff().toMillis() + " ms, less than the backoff of "
                            + policy.backoff().toMillis() + " ms; give at least that");
        }
        return Layer.around(config.get(CHILD), child -> new RetryDatastore(child, policy));
    }
}
