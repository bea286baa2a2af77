package io.motrds.tck;

import java.nio.file.Path;
import java.util.Map;

class ForgetfulStoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of("type", "reference");
    }
}
