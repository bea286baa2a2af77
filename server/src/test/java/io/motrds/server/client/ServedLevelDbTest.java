package io.motrds.server.client;

import java.nio.file.Path;
import java.util.Map;

/** The whole kit over a sidecar of LevelDB. */
class ServedLevelDbTest extends ServedDatastoreTck {

    @Override
    Map<String, String> served(Path folder) {
        return Map.of("type", "levelds", "path", folder.toString());
    }
}
