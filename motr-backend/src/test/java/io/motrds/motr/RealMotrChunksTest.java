package io.motrds.motr;

import java.util.Map;

/** The whole kit on a real cluster, with values in pieces in the index and none in objects. */
class RealMotrChunksTest extends RealMotrDatastoreTest {
    @Override
    Map<String, String> adapted(Map<String, String> parameters) {
        parameters.put("objectsAbove", "64MiB");
        return parameters;
    }
}
