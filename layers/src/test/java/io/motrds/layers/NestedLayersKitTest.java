package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on all layers around one another. */
class NestedLayersKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.ofEntries(
                Map.entry("type", "log"),
                Map.entry("child.type", "retry"),
                Map.entry("child.child.type", "namespace"),
                Map.entry("child.child.prefix", "/within"),
                Map.entry("child.child.child.type", "measure"),
                Map.entry("child.child.child.prefix", "kit.nested"),
                Map.entry("child.child.child.child.type", "mount"),
                Map.entry("child.child.child.child.mounts.0.mountpoint", "/"),
                Map.entry("child.child.child.child.mounts.0.type", "mem"),
                Map.entry("child.child.child.child.mounts.1.mountpoint", "/within/a"),
                Map.entry("child.child.child.child.mounts.1.type", "mem"));
    }
}
