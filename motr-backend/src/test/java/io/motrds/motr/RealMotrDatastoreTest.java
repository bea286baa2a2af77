package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The whole kit on a real cluster, when one is given, see {@link RealMotr}. The store's process is this one; processes
 * that a test starts are clients of their own.
 */
class RealMotrDatastoreTest extends DatastoreTck {
    private static Datastore keepsTheClient;

    @BeforeAll
    static void openClient() {
        keepsTheClient = Datastores.open(RealMotr.parameters(RealMotr.index(2), 0));
    }

    @AfterAll
    static void closeClient() {
        if (keepsTheClient != null) {
            keepsTheClient.close();
        }
    }

    /** For other processes. */
    @Override
    protected Map<String, String> configuration(Path folder) {
        return adapted(RealMotr.parameters(FakeMotrDatastoreTest.indexFor(folder), RealMotr.nextClient()));
    }

    @Override
    protected Datastore open(Path folder) {
        return Datastores.open(adapted(RealMotr.parameters(FakeMotrDatastoreTest.indexFor(folder), 0)));
    }

    /** The parameters that this kit runs with. */
    Map<String, String> adapted(Map<String, String> parameters) {
        return parameters;
    }
}
