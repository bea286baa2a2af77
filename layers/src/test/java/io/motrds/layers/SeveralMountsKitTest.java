package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on a mount store with stores within one another. */
class SeveralMountsKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of(
                "type",
                "mount",
                "mounts.0.mountpoint",
                "/",
                "mounts.0.type",
                "mem",
                "mounts.1.mountpoint",
                "/a",
                "mounts.1.type",
                "mem",
                "mounts.2.mountpoint",
                "/a/b",
                "mounts.2.type",
                "mem",
                "mounts.3.mountpoint",
                "/foo",
                "mounts.3.type",
                "mem");
    }
}
