package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastores;
import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the parameters mean. */
class SettingsTest {

    private static Map<String, String> with(String... parameters) {
        Map<String, String> all = new TreeMap<>(Map.of("type", "s3ds", "bucket", "b"));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return all;
    }

    private static Settings settings(String... parameters) {
        return Settings.from(Datastores.read(with(parameters), Path.of("")));
    }

    private static String refusal(String... parameters) {
        return assertThrows(MisconfiguredException.class, () -> settings(parameters))
                .getMessage();
    }

    @Test
    void aSpecOfKuboIsUnderstood(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("config"), """
                {"Datastore": {"Spec": {"type": "s3ds", "region": "us-east-1", "bucket": "ipfs", "rootDirectory": "node1",
                 "regionEndpoint": "localhost:9000", "accessKey": "", "secretKey": "", "sessionToken": "",
                 "credentialsEndpoint": "", "workers": 7}}}""");
        Settings settings = Settings.from(Datastores.read(file));
        assertEquals("ipfs", settings.bucket());
        assertEquals("node1", settings.names().root());
        assertEquals(7, settings.workers());
        assertEquals("https://localhost:9000", settings.endpoint().orElseThrow().toString());
        assertTrue(settings.keys().isEmpty());
        assertTrue(settings.credentialsEndpoint().isEmpty());
    }

    @Test
    void aRegionIsNeededOnlyWithoutAnEndpoint() {
        assertEquals(
                Optional.of("us-east-1"),
                settings("regionEndpoint", "http://h:1").region());
        assertEquals(Optional.of("eu-west-1"), settings("region", "eu-west-1").region());
        assertEquals(Optional.empty(), settings().region());
    }

    @Test
    void keysGoTogether() {
        assertTrue(refusal("accessKey", "a").contains("secretKey is missing"));
        assertTrue(refusal("secretKey", "s").contains("accessKey is missing"));
        assertTrue(refusal("sessionToken", "t").contains("sessionToken needs"));
    }

    @Test
    void anAddressIsAnHttpAddressAndNeverShowsAPassword() {
        for (String address :
                new String[] {"ftp://h", "http://", "http://user:hidden@h:1", "http://h:1/?x=hidden", "h h"}) {
            String message = refusal("regionEndpoint", address);
            assertTrue(message.startsWith("regionEndpoint must be an address"), message);
            assertFalse(message.contains("hidden"), message);
        }
    }

    @Test
    void aRootDirectoryLeavesRoomForEveryStoresKeys() {
        assertEquals(
                Limits.MIN_KEY_BYTES,
                settings("rootDirectory", "r".repeat(124)).limits().maxKeyBytes());
        assertTrue(refusal("rootDirectory", "r".repeat(125)).contains("too long"));
        assertEquals(1025, settings().limits().maxKeyBytes());
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertTrue(refusal("bucket", "").contains("bucket"));
        assertTrue(refusal("maxValue", "1MiB").contains("maxValue"));
        assertTrue(refusal("maxValue", "2GiB").contains("maxValue"));
        assertTrue(refusal("timeout", "0s").contains("timeout"));
        assertTrue(refusal("inFlightBytes", "0").contains("inFlightBytes"));
        assertTrue(refusal("attempts", "0").contains("attempts"));
        assertTrue(refusal("worker", "1").contains("did you mean workers?"));
    }

    @Test
    void secretsAreMasked() {
        String shown = Datastores.read(
                        with("accessKey", "hidden1", "secretKey", "hidden2", "sessionToken", "hidden3"), Path.of(""))
                .toString();
        assertFalse(shown.contains("hidden"), shown);
        assertFalse(settings("accessKey", "hidden1", "secretKey", "hidden2")
                .toString()
                .contains("hidden"));
    }
}
