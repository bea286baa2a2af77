package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on a store that is retried. */
class RetryKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "retry", "child.type", "mem");
    }
}
