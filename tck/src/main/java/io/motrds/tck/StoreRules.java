package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.feature.Feature;
import java.nio.file.Path;
import java.util.Map;

/** What the groups of rules need of {@link DatastoreTck}: the store under test. */
interface StoreRules {

    /** The store of this test, empty at first, opened at the first call. */
    Datastore store();

    /** Closes the store of this test and opens it again. */
    Datastore reopened();

    /** Opens one more store, somewhere else; closed after the test. */
    Datastore another();

    /** Where the store of this test lives. */
    Path storeFolder();

    /** What opens the store of this test in another process. */
    Map<String, String> storeParameters();

    /** Whether the store promises more than the base contract. */
    default boolean promises(Class<? extends Feature> feature) {
        return store().feature(feature).isPresent();
    }
}
