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

    /** The name of the place of the store of this test, see {@link #place}. */
    String STORE = "store";

    /** A place of this test's own, for a store or for files; does not exist at first. */
    Path place(String name);

    /** What opens the store that lives there, in another process, too. */
    Map<String, String> parameters(Path folder);

    /** Whether the store promises more than the base contract. */
    default boolean promises(Class<? extends Feature> feature) {
        return store().feature(feature).isPresent();
    }
}
