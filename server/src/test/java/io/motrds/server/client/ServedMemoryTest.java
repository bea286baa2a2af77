package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The whole kit over a sidecar of memory. */
class ServedMemoryTest extends DatastoreTck {

    private static final Map<String, String> STORE = Map.of("type", "mem");

    @Override
    protected Datastore open(Path folder) {
        return ServedDatastore.open(STORE);
    }

    /** As another process opens it: with a sidecar of its own. */
    @Override
    protected Map<String, String> configuration(Path folder) {
        Map<String, String> parameters = new HashMap<>(Map.of("type", "remote"));
        STORE.forEach((name, value) -> parameters.put("store." + name, value));
        return parameters;
    }
}
