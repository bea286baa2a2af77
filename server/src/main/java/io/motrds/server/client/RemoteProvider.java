package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import io.motrds.server.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The type {@code remote}: a store behind a sidecar, {@code motrds serve}, of another process. */
public final class RemoteProvider implements DatastoreProvider {

    private static final Parameter<Endpoint> TARGET = Parameter.of(
                    "target", "the sidecar that runs already", Endpoint.ALLOWED, Endpoint::parse)
            .optional();
    private static final Parameter<StoreConfig> STORE = Parameter.store(
                    "store", "the store for which a sidecar of its own is started and supervised")
            .optional();
    private static final Parameter<Duration> TIMEOUT = Parameter.duration(
                    "timeout", "how long a call may take, the wait for a sidecar that is started again included")
            .byDefault("60s");
    private static final Parameter<Duration> START_TIMEOUT = Parameter.duration(
                    "startTimeout", "how long a sidecar of its own may take to open the store")
            .byDefault("60s");
    private static final Parameter<Duration> RESTART_AFTER = Parameter.duration(
                    "restartAfter", "a sidecar of its own is started again when its store was away for so long")
            .byDefault("30s");
    private static final Parameter<String> JAVA_OPTIONS = Parameter.text(
                    "javaOptions", "options of a sidecar's own JVM, separated by spaces, as in -Xmx1g")
            .byDefault("");

    /** For the service loader. */
    public RemoteProvider() {}

    @Override
    public String type() {
        return "remote";
    }

    @Override
    public String description() {
        return "a store behind a sidecar of another process, which it starts if need be";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(TARGET, STORE, TIMEOUT, START_TIMEOUT, RESTART_AFTER, JAVA_OPTIONS);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Optional<Endpoint> target = config.find(TARGET);
        Optional<StoreConfig> store = config.find(STORE);
        if (target.isPresent() == store.isPresent()) {
            throw config.error(
                    TARGET,
                    "or " + STORE + " must be given, one of the two: the address of a sidecar that "
                            + "runs, or the store to start one for");
        }
        if (store.isEmpty()) {
            return RemoteDatastore.connect(target.orElseThrow(), config.get(TIMEOUT));
        }
        List<String> options = List.of(config.get(JAVA_OPTIONS).strip().split("\\s+", -1));
        ChildSidecar child = ChildSidecar.start(
                store.get().given(),
                store.get().folder(),
                options,
                config.get(START_TIMEOUT),
                config.get(RESTART_AFTER));
        try {
            return RemoteDatastore.connect(child, config.get(TIMEOUT));
        } catch (RuntimeException | Error e) {
            child.close();
            throw e;
        }
    }
}
