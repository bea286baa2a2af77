package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/**
 * The whole kit on a real cluster, when one is given:
 *
 * <pre>{@code
 * -Dmotr.haAddr=inet:tcp:127.0.0.1@6001 -Dmotr.localAddr=inet:tcp:127.0.0.1@6101
 * -Dmotr.processFid=0x7200000000000001:0x65 -Dmotr.profileFid=0x7000000000000001:0x0
 * -Dmotr.library=/path/of/libmotr.so.2
 * }</pre>
 *
 * <p>The indexes that it makes stay in the cluster.
 */
class RealMotrDatastoreTest extends DatastoreTck {
    private static final Map<String, String> GIVEN = Map.of(
            "haAddr", "haxAddr",
            "localAddr", "localAddr",
            "processFid", "processFid",
            "profileFid", "profileFid",
            "library", "library");

    private static Datastore keepsTheClient;

    @BeforeAll
    static void openClient() {
        keepsTheClient = Datastores.open(parameters(new Fid(((long) Fid.INDEX << 56) | 2, 1)));
    }

    @AfterAll
    static void closeClient() {
        if (keepsTheClient != null) {
            keepsTheClient.close();
        }
    }

    @Override
    protected Map<String, String> configuration(Path folder) {
        return parameters(FakeMotrDatastoreTest.indexFor(folder));
    }

    /** The parameters of a store on the given cluster; ends the test when there is none. */
    static Map<String, String> parameters(Fid index) {
        if (System.getProperty("motr.haAddr") == null) {
            Assumptions.abort("not run: kit on a real Motr cluster: -Dmotr.haAddr and others are not given");
        }
        Map<String, String> parameters = new HashMap<>();
        parameters.put("type", "motrds");
        parameters.put("index", index.toString());
        parameters.put("createIndex", "true");
        GIVEN.forEach((property, parameter) -> {
            String value = System.getProperty("motr." + property);
            if (value != null) {
                parameters.put(parameter, value);
            }
        });
        return parameters;
    }
}
