package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.s3.S3Server;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The whole kit over a sidecar of S3: S3Proxy within this process, which other processes reach over loopback. */
class ServedS3Test extends DatastoreTck {

    private static Map<String, String> store(Path folder) {
        return S3Server.s3Proxy().storeFor(folder);
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
