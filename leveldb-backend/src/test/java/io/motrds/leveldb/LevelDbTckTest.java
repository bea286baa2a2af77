package io.motrds.leveldb;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

class LevelDbTckTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "levelds", "path", folder.toString());
    }
}
