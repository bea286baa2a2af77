package io.motrds.server.client;

import java.nio.file.Path;
import java.util.Map;

/** The whole kit over a sidecar of a fake Motr cluster. */
class ServedFakeMotrTest extends ServedDatastoreTck {

    @Override
    Map<String, String> served(Path folder) {
        return Map.of(
                "type", "motrds",
                "client", "fake",
                "index",
                        String.format("0x78000000%08x:0x%x", folder.toString().hashCode(), folder.hashCode() & 0xffffL),
                "createIndex", "true");
    }
}
