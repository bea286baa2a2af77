package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code bench/rgw} promises of a cluster that keeps its data in a file. */
class RadosGatewayScriptTest {

    private static final Key KEY = Key.of("/kept");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void dataOutliveAStopAndNotAWipe() {
        RadosGateway.requireInstalled("the script that starts Ceph RGW");
        Path home = RadosGateway.freshHome();
        String port = Integer.toString(RadosGateway.freePorts());
        byte[] value = new byte[300_000];
        new Random(1).nextBytes(value);
        String started = RadosGateway.run(home, "start", "--store", "bluestore", "--port", port);
        assertTrue(started.contains("store=bluestore"), started);
        assertEquals(started, RadosGateway.run(home, "status"));
        S3Server server = RadosGateway.server(started);
        try (Datastore store = server.open("kept")) {
            store.put(KEY, value);
        }
        RadosGateway.run(home, "stop");
        assertNotRunning(home);
        assertEquals(started, RadosGateway.run(home, "start"));
        try (Datastore store = server.open("kept")) {
            assertArrayEquals(value, store.get(KEY).orElseThrow());
        }
        RadosGateway.run(home, "wipe");
        assertNotRunning(home);
        assertFalse(Files.exists(home));
        RadosGateway.run(home, "start", "--store", "bluestore", "--port", port);
        try (Datastore store = server.open("kept")) {
            assertTrue(store.get(KEY).isEmpty());
        }
        RadosGateway.run(home, "wipe");
    }

    private static void assertNotRunning(Path home) {
        IllegalStateException ended = assertThrows(IllegalStateException.class, () -> RadosGateway.run(home, "status"));
        assertTrue(String.valueOf(ended.getMessage()).contains("not running"), ended.getMessage());
    }
}
