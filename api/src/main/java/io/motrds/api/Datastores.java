package io.motrds.api;

import io.motrds.api.spi.ConfigReader;
import io.motrds.api.spi.Providers;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.configuration2.Configuration;

/**
 * Opens datastores from configurations.
 *
 * <pre>{@code
 * try (Datastore store = Datastores.open(Path.of("motrds.properties"))) {
 *     store.put(Key.of("/greeting"), "hello".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>A configuration names the store's type and its parameters, in properties {@code datastore.type=levelds} and {@code
 * datastore.path=data}, in YAML and JSON the same below {@code datastore}; kubo's {@code Datastore.Spec}, alone or within
 * a whole kubo {@code config}, is understood as it stands. Types come from the providers on the class path. {@code
 * ${env:NAME}} and {@code ${sys:name}} stand for environment variables and system properties. Thread-safe.
 */
public final class Datastores {

    private Datastores() {}

    /**
     * Opens the store that a file describes: {@code .properties}, {@code .yaml}, {@code .json}, or a kubo config.
     * Relative paths start from the file's folder.
     *
     * @throws MisconfiguredException if the configuration cannot work
     * @throws DatastoreException if the store cannot be opened
     */
    public static Datastore open(Path file) {
        return read(file).open();
    }

    /** Opens the store that a configuration describes; relative paths start from the working folder. */
    public static Datastore open(Configuration configuration) {
        return read(configuration, Path.of("").toAbsolutePath()).open();
    }

    /** Opens a store from its parameters, as in {@code Map.of("type", "levelds", "path", "/var/lib/blocks")}. */
    public static Datastore open(Map<String, String> parameters) {
        return read(parameters, Path.of("").toAbsolutePath()).open();
    }

    /** Reads and checks the configuration in a file without opening the store. */
    public static StoreConfig read(Path file) {
        return ConfigReader.read(file, providers());
    }

    /** Checks a configuration without opening the store. */
    public static StoreConfig read(Configuration configuration, Path folder) {
        return ConfigReader.read(configuration, folder, providers());
    }

    /** Checks a store's parameters without opening it. */
    public static StoreConfig read(Map<String, String> parameters, Path folder) {
        return ConfigReader.read(parameters, folder, providers());
    }

    /** The types that can be opened, found anew by the thread's context class loader. */
    public static Providers providers() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return Providers.load(context != null ? context : Datastores.class.getClassLoader());
    }
}
