package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubo's default {@code Spec}, with types that are ours in it, opens as it stands. */
class KuboSpecTest {

    private static final byte[] VALUE = {1, 2, 3};

    @TempDir
    private Path repo;

    private static String wholeConfig() throws IOException {
        try (InputStream in = KuboSpecTest.class.getResourceAsStream("kubo-config")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(repo.resolve(name), text);
    }

    private void opensAsKuboWould(Path file) {
        SimpleMeterRegistry published = new SimpleMeterRegistry();
        Metrics.addRegistry(published);
        Key block = Key.of("/blocks/CIQ");
        Key pin = Key.of("/pins/index");
        try (Datastore store = Datastores.open(file)) {
            assertEquals(
                    "mount(/blocks: measure(flatfs.datastore: mem), /: measure(leveldb.datastore: levelds "
                            + repo.resolve("datastore") + "))",
                    store.name());
            store.put(block, VALUE);
            store.put(pin, VALUE);
            assertEquals(
                    2, store.query(Query.all().order(Order.byKey())).toList().size());
            assertEquals(
                    1, published.get("flatfs.datastore.put.latency").timer().count());
            assertEquals(
                    1, published.get("leveldb.datastore.put.latency").timer().count());
            assertTrue(store.feature(AtomicBatches.class).isEmpty());
            assertTrue(store.feature(Persistence.class).isEmpty(), "the blocks are gone with the process");
        } finally {
            Metrics.removeRegistry(published);
        }
        try (Datastore again = Datastores.open(file)) {
            assertArrayEquals(VALUE, again.get(pin).orElseThrow());
            assertTrue(again.get(block).isEmpty());
        }
    }

    @Test
    void withinAWholeKuboConfig() throws IOException {
        opensAsKuboWould(file("config", wholeConfig()));
    }

    @Test
    void byItself() throws IOException {
        String config = wholeConfig();
        String spec =
                config.substring(config.indexOf("{", config.indexOf("\"Spec\"")), config.indexOf("\"HashOnRead\""));
        opensAsKuboWould(file("spec.json", spec.strip().replaceFirst(",$", "")));
    }

    @Test
    void aMountWithoutAMountpointIsRefusedByName() throws IOException {
        Path file = file("config", wholeConfig().replace("\"mountpoint\": \"/blocks\",", ""));
        MisconfiguredException e = assertThrows(MisconfiguredException.class, () -> Datastores.open(file));
        assertTrue(e.getMessage().contains("mounts[0].mountpoint is missing"), e.getMessage());
    }

    @Test
    void aTypeOfKuboThatIsNotOursIsRefusedByName() throws IOException {
        Path file = file("config", wholeConfig().replace("\"mem\"", "\"flatfs\""));
        MisconfiguredException e = assertThrows(MisconfiguredException.class, () -> Datastores.open(file));
        assertTrue(e.getMessage().contains("cannot be \"flatfs\""), e.getMessage());
    }
}
