package io.motrds.motr;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit on go-ds-motr's format, on a fake cluster that takes records of any size, as those of 2021 did. */
class GoDsMotrDatastoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of(
                "type", "motrds",
                "client", "fake-2021",
                "format", "go-ds-motr",
                "leveldbPath", folder.toString(),
                "recordBytes", "4MiB",
                "deletedBytes", "64MiB",
                "index", FakeMotrDatastoreTest.indexFor(folder).toString(),
                "createIndex", "true");
    }
}
