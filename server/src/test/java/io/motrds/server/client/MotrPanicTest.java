package io.motrds.server.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.motr.jna.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Motr's client library in a sidecar of the store's own, played by the stand-in: when it panics, hangs or ends its
 * process, callers get errors and a pause, and this JVM and what is stored stay whole.
 */
@Timeout(120)
class MotrPanicTest {

    private static final Key KEPT = Key.of("/kept");
    private static final byte[] VALUE = {1, 2, 3};
    private static final int WRITES = 100;

    @TempDir
    private Path folder;

    private final StandIn standIn = StandIn.get();
    private Datastore store;

    /** A sidecar whose library has these faults; the one that replaces it has none. */
    private void open(String faults) throws IOException {
        standIn.faultsOfTheNextProcess(faults);
        Map<String, String> parameters = ServedDatastore.withItsOwnSidecar(
                standIn.parameters(StandIn.indexFor(folder), Map.of("timeout", "2s")));
        parameters.putAll(Map.of("timeout", "10s", "restartAfter", "2s", "javaOptions", "-Xmx128m"));
        store = Datastores.open(parameters);
        store.put(KEPT, VALUE);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private static long sidecar() {
        return ProcessHandle.current().children().findAny().orElseThrow().pid();
    }

    /** The value, once there is a sidecar that gives it. */
    private byte[] kept() {
        for (int attempt = 0; ; attempt++) {
            try {
                return store.get(KEPT).orElseThrow();
            } catch (DatastoreException e) {
                assertTrue(e.isRetryable() && attempt < 1_000, () -> "what a panic costs may be tried again: " + e);
            }
        }
    }

    private void isWholeInAnotherProcess(long before) {
        assertArrayEquals(VALUE, kept());
        assertNotEquals(before, sidecar(), "another process serves the store");
        store.feature(ConsistencyCheck.class).orElseThrow().check();
    }

    /** What fails is a delete. */
    private void costsAnErrorAndAPause(String fault) throws IOException {
        open(fault);
        long before = sidecar();
        DatastoreException failure = assertThrows(DatastoreException.class, () -> store.delete(KEPT));
        assertTrue(failure.isRetryable(), failure::toString);
        isWholeInAnotherProcess(before);
    }

    @Test
    void aPanicCostsAnErrorAndAPause() throws Exception {
        costsAnErrorAndAPause("del#1=abort");
        store.delete(KEPT);
        assertEquals(Optional.empty(), store.get(KEPT));
    }

    @Test
    void aLibraryThatHangsIsReplacedWithItsProcess() throws Exception {
        costsAnErrorAndAPause("del#1=hang");
    }

    /** Small values lie in the index, large ones in objects. */
    @ParameterizedTest
    @CsvSource({"put#4=die, 300", "write#7=die, 40000", "put#4=abort, 300", "write#7=abort, 40000"})
    void aDeathInTheMiddleOfABatchLeavesEachValueWholeOrAbsent(String fault, int size) throws Exception {
        open(fault);
        long before = sidecar();
        try (Batch batch = batch(size)) {
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertTrue(failure.isRetryable(), failure::toString);
            assertEquals(WRITES, failure.unknownKeys().size(), "nobody knows which were written");
        }
        isWholeInAnotherProcess(before);
        for (int i = 0; i < WRITES; i++) {
            Optional<byte[]> found = store.get(key(i));
            if (found.isPresent()) {
                assertArrayEquals(value(i, size), found.get());
            }
        }
        try (Batch batch = batch(size)) {
            batch.commit();
        }
        for (int i = 0; i < WRITES; i++) {
            assertArrayEquals(value(i, size), store.get(key(i)).orElseThrow());
        }
    }

    private Batch batch(int size) {
        Batch batch = store.batch();
        for (int i = 0; i < WRITES; i++) {
            batch.put(key(i), value(i, size));
        }
        return batch;
    }

    private static Key key(int number) {
        return Key.of("/batch/" + number);
    }

    private static byte[] value(int number, int size) {
        byte[] value = new byte[size + number];
        Arrays.fill(value, (byte) number);
        return value;
    }
}
