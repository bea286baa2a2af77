package io.motrds.memory;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

class MemoryDatastoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "mem");
    }
}
