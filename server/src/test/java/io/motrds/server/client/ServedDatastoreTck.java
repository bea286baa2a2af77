package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit over a sidecar of a store. */
abstract class ServedDatastoreTck extends DatastoreTck {

    /** The parameters of the store that stands for a folder. */
    abstract Map<String, String> served(Path folder);

    @Override
    protected final Datastore open(Path folder) {
        return ServedDatastore.open(served(folder));
    }

    /** As another process opens it: with a sidecar of its own. */
    @Override
    protected final Map<String, String> configuration(Path folder) {
        return ServedDatastore.withItsOwnSidecar(served(folder));
    }
}
