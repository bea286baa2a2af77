package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations that cannot work end with a clear error, before the native library is loaded. */
class MotrBadInputTest {

    private static Map<String, String> parameters() {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("type", "motrds");
        parameters.put("haxAddr", "inet:tcp:127.0.0.1@1");
        parameters.put("localAddr", "inet:tcp:127.0.0.1@2");
        parameters.put("profileFid", "0x7000000000000001:0x0");
        parameters.put("processFid", "0x7200000000000001:0x3");
        parameters.put("index", "0x7800000000000123:0x1");
        parameters.put("library", "/nowhere/libmotr.so.2");
        return parameters;
    }

    private static <T extends DatastoreException> void refused(
            Class<T> type, Map<String, String> parameters, String... named) {
        T refused = assertThrows(type, () -> Datastores.open(parameters).close());
        for (String each : named) {
            assertTrue(String.valueOf(refused.getMessage()).contains(each), refused::getMessage);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "index, nonsense",
        "index, 0x7800000000000123",
        "index, 0x7800000000000123:0x1:0x2",
        "index, <0x7800000000000123:0x1",
        "index, 0x17800000000000123:0x1",
        "index, 0x7200000000000001:0x3",
        "profileFid, 0x7200000000000001:0x3",
        "processFid, 0x7800000000000001:0x3",
        "haxAddr, 127.0.0.1:22001",
        "haxAddr, inet:tcp:127.0.0.1@70000",
        "haxAddr, inet:tcp:127.0.0.1@",
        "localAddr, inet:tcp:a b@1",
        "localAddr, inet:udp:127.0.0.1@1"
    })
    void malformedIdentifiersAndAddressesAreRefusedByName(String name, String value) {
        Map<String, String> parameters = parameters();
        parameters.put(name, value);
        refused(MisconfiguredException.class, parameters, name, value);
    }

    @Test
    void aHaServiceThatDoesNotListenIsRefused() {
        refused(DatastoreUnavailableException.class, parameters(), "haxAddr", "inet:tcp:127.0.0.1@1");
    }

    @Test
    void aLocalAddressThatIsInUseIsRefused() throws IOException {
        try (ServerSocket ha = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> parameters = parameters();
            parameters.put("haxAddr", "inet:tcp:127.0.0.1@" + ha.getLocalPort());
            parameters.put("localAddr", "inet:tcp:127.0.0.1@" + taken.getLocalPort());
            refused(DatastoreUnavailableException.class, parameters, "localAddr", "endpoint of its own");
            parameters.put("localAddr", "inet:tcp:203.0.113.1@22501");
            refused(DatastoreUnavailableException.class, parameters, "localAddr", "203.0.113.1");
        }
    }

    @Test
    void anIndexThatDoesNotExistIsRefusedWithWhatToDo() {
        refused(
                MisconfiguredException.class,
                Map.of("type", "motrds", "client", "fake", "index", "0x7800000000000123:0x1"),
                "index",
                "createIndex");
    }
}
