package io.motrds.motr.jna;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** The whole kit through JNA on the stand-in, with all large values as pieces in the index, and a narrow window. */
class StandInChunksDatastoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return StandIn.get()
                .parameters(
                        StandIn.indexFor(folder),
                        Map.of("objectsAbove", "100MiB", "window", "4", "windowBytes", "2MiB"));
    }

    @AfterAll
    static void nothingIsLeft() {
        StandIn.get().assertNothingLeft();
    }
}
