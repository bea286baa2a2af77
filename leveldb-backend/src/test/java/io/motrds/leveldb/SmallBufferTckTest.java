package io.motrds.leveldb;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The same rules with tables, compactions and forced writes at every turn. */
class SmallBufferTckTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of(
                "type", "levelds",
                "path", folder.toString(),
                "writeBuffer", "64KiB",
                "cacheSize", "0",
                "compression", "snappy",
                "syncWrites", "true");
    }
}
