package io.motrds.api.spi;

import io.motrds.api.Datastore;
import java.util.List;

/**
 * Makes one type of store available. Found by {@link java.util.ServiceLoader}: the class has a public constructor
 * without parameters and is named in {@code META-INF/services/io.motrds.api.spi.DatastoreProvider}. Thread-safe, and
 * cheap to construct: a provider is loaded whenever stores are listed.
 */
public interface DatastoreProvider {

    /** The name of the type in a configuration, as in {@code type=levelds}. */
    String type();

    /** What the store is, in one line. */
    String description();

    /** The parameters that it takes, besides {@code type}. Any other is refused before {@link #open}. */
    List<Parameter<?>> parameters();

    /**
     * Opens a store.
     *
     * @param config its parameters, checked
     * @throws io.motrds.api.MisconfiguredException if they cannot work together
     * @throws io.motrds.api.DatastoreException if the store cannot be opened
     */
    Datastore open(StoreConfig config);
}
