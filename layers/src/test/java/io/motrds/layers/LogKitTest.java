package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on a logged store. */
class LogKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "log", "child.type", "mem");
    }
}
