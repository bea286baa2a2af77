package io.motrds.leveldb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code datastore} folder that goleveldb wrote for kubo opens and shows every key and value. */
class GoLevelDbTest {

    private static final Path FIXTURES = Path.of("src", "test", "resources", "goleveldb");

    @TempDir
    Path temporary;

    private static List<String> expected() throws IOException {
        List<String> lines = Files.readAllLines(FIXTURES.resolve("entries.txt"));
        return lines.stream().sorted(Comparator.comparing(GoLevelDbTest::key)).toList();
    }

    private static Key key(String line) {
        return Key.of(line.substring(0, line.indexOf(' ')));
    }

    private static String line(Key key, byte[] value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value);
            return key + " " + value.length + " " + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> all(Datastore store) {
        List<Entry> entries = store.query(Query.all().order(Order.byKey())).toList();
        return entries.stream()
                .map(entry -> line(entry.key(), entry.requireValue()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy"})
    void everyKeyAndValueIsThere(String compression) throws IOException {
        Path folder = temporary.resolve("datastore");
        Stores.copy(FIXTURES.resolve(compression), folder);
        try (Datastore store = Stores.open(folder, "compression", compression)) {
            assertEquals(expected(), all(store));
            for (String line : expected()) {
                assertEquals(line, line(key(line), store.get(key(line)).orElseThrow()));
            }
            assertTrue(store.get(Key.of("/pins/state/dirty-10")).isEmpty(), "what was deleted is absent");
            assertEquals(
                    11,
                    store.query(Query.under(Key.of("/pins/state")).keysOnly())
                            .toList()
                            .size());
            store.feature(ConsistencyCheck.class).orElseThrow().check();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy"})
    void itTakesWritesOnTopOfWhatGoWrote(String compression) throws IOException {
        Path folder = temporary.resolve("datastore");
        Stores.copy(FIXTURES.resolve(compression), folder);
        try (Datastore store = Stores.open(folder, "compression", compression)) {
            store.put(Key.of("/local/filesroot"), "new".getBytes(UTF_8));
            store.delete(Key.of("/pins/state/dirty-20"));
        }
        try (Datastore store = Stores.open(folder)) {
            assertEquals("new", new String(store.get(Key.of("/local/filesroot")).orElseThrow(), UTF_8));
            assertTrue(store.get(Key.of("/pins/state/dirty-20")).isEmpty());
            assertEquals(expected().size() - 1, all(store).size());
        }
    }
}
