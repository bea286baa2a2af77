package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on a mount store with a single store at the root. */
class RootMountKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "mount", "mounts.0.mountpoint", "/", "mounts.0.type", "mem");
    }
}
