package io.motrds.motr.jna;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** The whole kit through JNA on the stand-in; large values are objects, others pieces in the index. */
class StandInDatastoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return StandIn.get().parameters(StandIn.indexFor(folder), Map.of());
    }

    @AfterAll
    static void nothingIsLeft() {
        StandIn.get().assertNothingLeft();
    }
}
