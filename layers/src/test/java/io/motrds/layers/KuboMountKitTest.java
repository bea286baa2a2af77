package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on what a kubo node has: measured stores on disk at {@code /blocks} and {@code /}. */
class KuboMountKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.ofEntries(
                Map.entry("type", "mount"),
                Map.entry("mounts.0.mountpoint", "/blocks"),
                Map.entry("mounts.0.type", "measure"),
                Map.entry("mounts.0.prefix", "kit.blocks"),
                Map.entry("mounts.0.child.type", "levelds"),
                Map.entry("mounts.0.child.path", folder.resolve("blocks").toString()),
                Map.entry("mounts.1.mountpoint", "/"),
                Map.entry("mounts.1.type", "measure"),
                Map.entry("mounts.1.prefix", "kit.rest"),
                Map.entry("mounts.1.child.type", "levelds"),
                Map.entry("mounts.1.child.path", folder.resolve("datastore").toString()));
    }
}
