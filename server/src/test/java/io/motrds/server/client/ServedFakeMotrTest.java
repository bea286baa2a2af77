package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The whole kit over a sidecar of a fake Motr cluster. */
class ServedFakeMotrTest extends DatastoreTck {

    private static Map<String, String> store(Path folder) {
        return Map.of(
                "type", "motrds",
                "client", "fake",
                "index",
                        String.format("0x78000000%08x:0x%x", folder.toString().hashCode(), folder.hashCode() & 0xffffL),
                "createIndex", "true");
    }

    @Override
    protected Datastore open(Path folder) {
        return ServedDatastore.open(store(folder));
    }

    /** As another process opens it: with a sidecar of its own. */
    @Override
    protected Map<String, String> configuration(Path folder) {
        Map<String, String> parameters = new HashMap<>(Map.of("type", "remote"));
        store(folder).forEach((name, value) -> parameters.put("store." + name, value));
        return parameters;
    }
}
