package io.motrds.layers;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The kit on a namespace of a store. */
class NamespaceKitTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "namespace", "prefix", "/name/space", "child.type", "mem");
    }
}
