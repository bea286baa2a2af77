package io.motrds.motr;

import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.CommandContext;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How commands reach a cluster: go-ds-motr's own flags, and what they leave open from the store of type motrds that the
 * configuration describes, alone or within other stores.
 */
final class ClusterOptions {

    @Option(
            names = {"-L", "--local"},
            paramLabel = "ENDPOINT",
            order = 10,
            description = "Endpoint of this process.")
    @Nullable String local;

    @Option(
            names = {"-H", "--hax"},
            paramLabel = "ENDPOINT",
            order = 11,
            description = "Endpoint of the cluster's HA service.")
    @Nullable String hax;

    @Option(
            names = {"-P", "--process"},
            paramLabel = "FID",
            order = 12,
            description = "This process in the cluster's configuration.")
    @Nullable String process;

    @Option(
            names = {"-C", "--profile"},
            paramLabel = "FID",
            order = 13,
            description = "The cluster's profile.")
    @Nullable String profile;

    @Option(names = "--library", paramLabel = "FILE", order = 14, description = "Where libmotr.so.2 is.")
    @Nullable String library;

    @Option(
            names = "--client",
            paramLabel = "KIND",
            order = 15,
            description = "native, or fake: a cluster in memory, gone with the command.")
    @Nullable String client;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            order = 16,
            description = "How long to wait for the cluster, such as 30s.")
    @Nullable String timeout;

    /** The parameters of a store, with those given here instead of the configured ones. */
    StoreConfig config(CommandContext context, Map<Parameter<?>, String> more) {
        Map<String, String> texts = new LinkedHashMap<>();
        configured(context).ifPresent(store -> texts.putAll(texts(store)));
        put(texts, MotrDatastoreProvider.LOCAL_ADDR, local);
        put(texts, MotrDatastoreProvider.HAX_ADDR, hax);
        put(texts, MotrDatastoreProvider.PROCESS_FID, process);
        put(texts, MotrDatastoreProvider.PROFILE_FID, profile);
        put(texts, MotrDatastoreProvider.LIBRARY, library);
        put(texts, MotrDatastoreProvider.CLIENT, client);
        put(texts, MotrDatastoreProvider.TIMEOUT, timeout);
        more.forEach((parameter, text) -> put(texts, parameter, text));
        texts.put("type", "motrds");
        return Datastores.read(texts, Path.of("").toAbsolutePath());
    }

    private static void put(Map<String, String> texts, Parameter<?> parameter, @Nullable String text) {
        if (text != null) {
            texts.put(parameter.name(), text);
        }
    }

    /** The store of type motrds in the configuration; empty when there is no configuration. */
    private static Optional<StoreConfig> configured(CommandContext context) {
        Optional<StoreConfig> given = context.givenStore();
        if (given.isEmpty()) {
            return given;
        }
        Optional<StoreConfig> found = find(given.get());
        if (found.isEmpty()) {
            throw new MisconfiguredException("the configuration has no store of type motrds");
        }
        return found;
    }

    private static Optional<StoreConfig> find(StoreConfig store) {
        return store.type().equals("motrds")
                ? Optional.of(store)
                : store.stores().stream().flatMap(each -> find(each).stream()).findFirst();
    }

    /** The parameters of a store as a configuration has them. */
    static Map<String, String> texts(StoreConfig store) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Parameter<?> parameter : new MotrDatastoreProvider().parameters()) {
            store.find(parameter)
                    .ifPresent(value -> texts.put(
                            parameter.name(),
                            value instanceof Duration duration ? duration.toMillis() + "ms" : value.toString()));
        }
        return texts;
    }
}
