package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import io.motrds.motr.Fid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the native client does when the library fails, hangs, or ends the process. */
class StandInFaultsTest {
    private static final Key KEY = Key.of("/key");

    @TempDir
    private Path folder;

    private final StandIn standIn = StandIn.get();
    private final Map<String, String> parameters = new HashMap<>();

    StandInFaultsTest() {
        long fresh = System.nanoTime() >>> 1;
        parameters.putAll(standIn.parameters(new Fid(((long) Fid.INDEX << 56) | 6, fresh), Map.of("timeout", "1s")));
    }

    /** Loads the library as a store does. */
    @BeforeAll
    static void load() {
        new StandInFaultsTest().open().close();
    }

    private Datastore open() {
        return Datastores.open(parameters);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        standIn.faults("");
        awaitTheEndOfTheClient();
        standIn.assertNothingLeft();
    }

    /** The client ends with its last operation, which may be later than the store's end. */
    private static void awaitTheEndOfTheClient() throws InterruptedException {
        for (int i = 0; i < 100 && NativeMemory.outstanding() > 0; i++) {
            Thread.sleep(50);
        }
    }

    @Test
    void operationsOvertakeEachOtherAndEachKeyGetsItsOwnValue() {
        try (Datastore store = open()) {
            standIn.delay(2_000);
            long before = standIn.count("overtakings");
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 300; i++) {
                    batch.put(Key.of("/many/" + i), filled(i % 3 == 0 ? 40_000 : 600 + i, i));
                }
                batch.commit();
            }
            for (Entry entry : store.query(Query.all()).toList()) {
                int i = Integer.parseInt(entry.key().name());
                assertArrayEquals(filled(i % 3 == 0 ? 40_000 : 600 + i, i), entry.requireValue());
            }
            assertTrue(standIn.count("overtakings") > before, "some overtook others");
        } finally {
            standIn.delay(200);
        }
    }

    private static byte[] filled(int bytes, int with) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) with);
        return value;
    }

    @Test
    void anOperationThatIsLateTimesOutAndLandsAfterwards() throws Exception {
        try (Datastore store = open()) {
            standIn.faults("put#1=late:1500");
            assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, new byte[10]));
            Thread.sleep(1000);
            assertEquals(10, store.size(KEY).orElseThrow(), "it landed");
        }
    }

    @Test
    void aLateReadGivesBackWhatTheLibraryAllocatedForIt() {
        try (Datastore store = open()) {
            store.put(KEY, new byte[10]);
            store.put(Key.of("/large"), filled(300_000, 1));
            standIn.faults("get#1=late:1300;read#1=late:1300");
            assertThrows(DatastoreTimeoutException.class, () -> store.get(KEY));
            assertThrows(DatastoreTimeoutException.class, () -> store.get(Key.of("/large")));
            assertArrayEquals(filled(300_000, 1), store.get(Key.of("/large")).orElseThrow());
        }
    }

    @Test
    void aStoreClosesWhileOperationsAreLateAndTheClientEndsWhenTheyHave() throws Exception {
        long begin;
        try (Datastore store = open()) {
            standIn.faults("put=late:2500");
            assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, new byte[10]));
            begin = System.nanoTime();
        }
        assertTrue(System.nanoTime() - begin < 1_000_000_000L, "closing does not wait for it");
        awaitTheEndOfTheClient();
        standIn.assertNothingLeft();
        standIn.faults("");
        try (Datastore again = open()) {
            assertEquals(10, again.size(KEY).orElseThrow());
        }
    }

    @Test
    void passingFailuresAreTriedAgain() {
        try (Datastore store = open()) {
            standIn.faults("put#1=-5;get#1=-113;del#1=keys:-11");
            store.put(KEY, new byte[10]);
            assertEquals(10, store.get(KEY).orElseThrow().length);
            store.delete(KEY);
            assertTrue(store.get(KEY).isEmpty());
        }
    }

    @Test
    void lastingFailuresAreReported() {
        try (Datastore store = open()) {
            standIn.faults("put=-5");
            assertThrows(DatastoreUnavailableException.class, () -> store.put(KEY, new byte[10]));
            standIn.faults("write=-5");
            assertThrows(DatastoreUnavailableException.class, () -> store.put(KEY, new byte[100_000]));
            standIn.faults("put=keys:-5");
            BatchException failure = assertThrows(BatchException.class, () -> {
                try (Batch batch = store.batch()) {
                    for (int i = 0; i < 10; i++) {
                        batch.put(Key.of("/batch/" + i), new byte[10]);
                    }
                    batch.commit();
                }
            });
            assertEquals(5, failure.failedKeys().size() + failure.unknownKeys().size(), "half of them failed");
        }
    }

    @Test
    void refusalsOfTheClientAreTold() {
        parameters.put("profileFid", "0x7000000000000001:0x7");
        String message = assertThrows(MisconfiguredException.class, this::open).getMessage();
        assertTrue(message.contains("profileFid"), message);
        parameters.put("profileFid", "0x7000000000000001:0x0");
        try (Datastore store = open()) {
            store.put(KEY, new byte[1]); // the next one works
        }
    }

    private ChildJvm child(String scenario, String faults) throws IOException {
        Map<String, String> environment = Map.of("MOTR_STANDIN_FAULTS", faults);
        return ChildJvm.start(folder, scenario, parameters, environment);
    }

    @Test
    void anHaServiceThatDoesNotAnswerIsGivenUp() throws Exception {
        try (ChildJvm child = child("refused", "init=hang")) {
            assertEquals(0, child.exitCode(), child::output);
            assertTrue(child.output().contains("did not answer within"), child::output);
        }
    }

    @Test
    void aClientThatDoesNotComeBackFromItsEndDoesNotHoldUpTheProcess() throws Exception {
        try (ChildJvm child = child("batch", "fini=hang")) {
            assertEquals(0, child.exitCode(), child::output);
            assertTrue(child.output().contains("committed"), child::output);
        }
    }

    @Test
    void aHangIsAnExceptionInTime() throws Exception {
        try (ChildJvm child = child("batch", "put#3=hang")) {
            assertEquals(1, child.exitCode(), child::output);
            assertTrue(child.output().contains("Exception"), child::output);
        }
    }

    @Test
    void aProcessThatPanickedOrWasKilledInABatchLeavesNothingBroken() throws Exception {
        for (String fault : new String[] {"put#5=die", "put#7=abort", "write#4=die", "sync#2=abort"}) {
            try (ChildJvm child = child("batch", fault)) {
                int expected = fault.endsWith("die") ? ChildJvm.KILLED : ChildJvm.ABORTED;
                assertEquals(expected, child.exitCode(), () -> fault + ": " + child.output());
                assertTrue(child.output().contains("put\n"), () -> fault + ": " + child.output());
            }
            try (Datastore store = open()) {
                assertEquals(100, store.size(Key.of("/before")).orElseThrow(), "what was acknowledged is there");
                for (Entry entry : store.query(Query.under(Key.of("/batch"))).toList()) {
                    int i = Integer.parseInt(entry.key().name());
                    assertArrayEquals(filled(i % 20 == 0 ? 50_000 : 100, i), entry.requireValue(), "nothing is torn");
                }
            }
        }
    }
}
