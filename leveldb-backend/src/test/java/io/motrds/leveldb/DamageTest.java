package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.query.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage is told, never read as data nor passed over; a torn end of a log is no damage. */
class DamageTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("store");
    }

    private static void check(Datastore store) {
        store.feature(ConsistencyCheck.class).orElseThrow().check();
    }

    @Test
    void aFlippedByteInATableIsToldByEveryReadOfItAndByNoOther() throws IOException {
        try (Datastore store = Stores.open(folder)) {
            Stores.fill(store, 20, 10_000);
        }
        try (Datastore store = Stores.open(folder)) { // moves the log's content to a table
            check(store);
        }
        Path table = Stores.files(folder, ".ldb").get(0);
        Stores.flip(table, 55_000);
        try (Datastore store = Stores.open(folder)) {
            DatastoreException told = assertThrows(CorruptDataException.class, () -> store.get(Stores.key(5)));
            assertTrue(
                    told.getMessage().contains("get /blocks/000005: file " + table.getFileName()), told.getMessage());
            assertThrows(CorruptDataException.class, () -> store.has(Stores.key(5)));
            assertThrows(CorruptDataException.class, () -> store.size(Stores.key(5)));
            assertThrows(
                    CorruptDataException.class, () -> store.query(Query.all()).toList());
            assertThrows(CorruptDataException.class, () -> check(store));
            assertArrayEquals(Stores.value(4, 10_000), store.get(Stores.key(4)).orElseThrow());
            assertArrayEquals(Stores.value(6, 10_000), store.get(Stores.key(6)).orElseThrow());
        }
    }

    @Test
    void aCompactionOfDamagedDataFailsKeepsTheRestAndRefusesWritesWithTheCause() throws IOException {
        try (Datastore store = Stores.open(folder)) {
            Stores.fill(store, 20, 10_000);
        }
        Stores.open(folder).close();
        Stores.flip(Stores.files(folder, ".ldb").get(0), 55_000);
        try (Datastore store = Stores.open(folder)) {
            GarbageCollection collection =
                    store.feature(GarbageCollection.class).orElseThrow();
            assertThrows(CorruptDataException.class, collection::collectGarbage);
            DatastoreException told =
                    assertThrows(CorruptDataException.class, () -> store.put(Key.of("/new"), new byte[1]));
            assertTrue(told.getMessage().contains("takes no more writes until it is closed"), told.getMessage());
            assertTrue(told.getMessage().contains("checksum of the block"), told.getMessage());
            assertArrayEquals(Stores.value(6, 10_000), store.get(Stores.key(6)).orElseThrow());
        }
        try (Datastore store = Stores.open(folder)) {
            store.put(Key.of("/new"), new byte[1]);
            assertArrayEquals(Stores.value(6, 10_000), store.get(Stores.key(6)).orElseThrow());
        }
    }

    /** Whatever byte of a table is flipped, no read gives a wrong value. */
    @Test
    void noFlippedByteOfATableIsReadAsData() throws IOException {
        try (Datastore store = Stores.open(folder)) {
            Stores.fill(store, 30, 40);
        }
        Stores.open(folder).close();
        Path table = Stores.files(folder, ".ldb").get(0);
        byte[] sound = Files.readAllBytes(table);
        int told = 0;
        for (int position = 0; position < sound.length; position += 37) {
            Files.write(table, sound);
            Stores.flip(table, position);
            try (Datastore store = Stores.open(folder)) {
                for (int i = 0; i < 30; i++) {
                    assertArrayEquals(
                            Stores.value(i, 40), store.get(Stores.key(i)).orElseThrow(), "byte " + position);
                }
            } catch (CorruptDataException e) {
                told++;
            }
        }
        assertTrue(told > sound.length / 37 / 2, "most are told: " + told);
    }

    @Test
    void aFlippedByteInALogIsToldWhenItIsOpened() throws IOException {
        Stores.crashed(folder, 20, 10_000);
        Path log = Stores.files(folder, ".log").get(0);
        byte[] sound = Files.readAllBytes(log);
        for (int position : new int[] {0, 4, 5, 6, 20, 40_000, 100_000, sound.length - 1}) {
            Stores.flip(log, position);
            DatastoreException told =
                    assertThrows(CorruptDataException.class, () -> Stores.open(folder), "" + position);
            assertTrue(told.getMessage().contains(log.getFileName() + " is damaged"), told.getMessage());
            assertTrue(told.getMessage().contains("truncate --size="), told.getMessage());
            Files.write(log, sound);
        }
        try (Datastore store = Stores.open(folder)) {
            assertEquals(20, store.query(Query.all()).toList().size());
        }
    }

    @Test
    void aDamagedLogThatWasCutAsToldOpensWithWhatCameBefore() throws IOException {
        Stores.crashed(folder, 20, 10_000);
        Path log = Stores.files(folder, ".log").get(0);
        Stores.flip(log, 55_000);
        String told = assertThrows(CorruptDataException.class, () -> Stores.open(folder))
                .getMessage();
        long size = Long.parseLong(told.replaceFirst("(?s).*truncate --size=([0-9]+).*", "$1"));
        Stores.truncate(log, size);
        try (Datastore store = Stores.open(folder)) {
            assertEquals(5, store.query(Query.all()).toList().size());
            assertArrayEquals(Stores.value(4, 10_000), store.get(Stores.key(4)).orElseThrow());
        }
    }

    /** Wherever a crash ends a log, the store opens with the records before. */
    @Test
    void aLogThatEndsAnywhereOpensWithTheWholeRecordsBefore() throws IOException {
        Stores.crashed(folder, 6, 20_000);
        Path log = Stores.files(folder, ".log").get(0);
        byte[] whole = Files.readAllBytes(log);
        for (int size = whole.length; size >= 0; size -= 9_001) {
            for (int zeros : new int[] {0, 70_000}) { // as after a power cut, or of a program that reserves space
                Path copy = temporary.resolve("cut-" + size + "-" + zeros);
                Stores.copy(folder, copy);
                Files.write(copy.resolve(log.getFileName()), Arrays.copyOf(Arrays.copyOf(whole, size), size + zeros));
                int expected = size / 20_030; // a record has some bytes more than its value
                try (Datastore store = Stores.open(copy)) {
                    check(store);
                    assertEquals(expected, store.query(Query.all()).toList().size(), "cut at " + size + " + " + zeros);
                }
            }
        }
    }

    /** A value may hold the bytes of another store's log. */
    @Test
    void aRecordThatHoldsALogAndWasNotWrittenToItsEndIsATornEnd() throws IOException {
        Path inner = temporary.resolve("inner");
        Stores.crashed(inner, 100, 700);
        byte[] value = Files.readAllBytes(Stores.files(inner, ".log").get(0));
        Path running = temporary.resolve("running");
        try (Datastore store = Stores.open(running)) {
            store.put(Key.of("/before"), new byte[10]);
            store.put(Key.of("/log"), value);
            Stores.copy(running, folder);
        }
        Path log = Stores.files(folder, ".log").get(0);
        byte[] whole = Files.readAllBytes(log);
        long before = 0; // where the first record ends
        for (int size = 0; size < whole.length; size += 997) {
            Files.write(log, Arrays.copyOf(whole, size));
            long sound = LogScan.soundBytes(log); // what opening and check ask
            before = Math.max(before, sound);
            assertTrue(sound == 0 || (sound == before && before < 100), "cut at " + size + ": " + sound);
            Files.write(log, Arrays.copyOf(Arrays.copyOf(whole, size), size + 70_000));
            assertEquals(sound, LogScan.soundBytes(log), "zeros from " + size);
        }
        try (Datastore store = Stores.open(folder)) {
            assertEquals(1, store.query(Query.all()).toList().size());
        }
    }

    /** Also in the last block of a log, where it looks like one that was not written to its end. */
    @Test
    void aDamagedLengthIsNoTornEnd() throws IOException {
        Stores.crashed(folder, 5, 1_000);
        Path log = Stores.files(folder, ".log").get(0);
        byte[] sound = Files.readAllBytes(log);
        long record = sound.length / 5;
        for (int zeros : new int[] {0, 70_000}) {
            for (int i = 0; i < 5; i++) {
                Files.write(log, Arrays.copyOf(sound, sound.length + zeros));
                Stores.flip(log, i * record + 5); // its high byte
                assertThrows(CorruptDataException.class, () -> Stores.open(folder), "record " + i);
            }
        }
    }

    @Test
    void aStoreThatTheLibrarysOwnFileLayerLeftInACrashOpens() throws IOException {
        Path crashed = temporary.resolve("crashed");
        try (DB bare =
                Iq80DBFactory.factory.open(folder.toFile(), new Options().compressionType(CompressionType.NONE))) {
            for (int i = 0; i < 20; i++) {
                bare.put(Stores.key(i).toUtf8(), Stores.value(i, 1_000));
            }
            Stores.copy(folder, crashed); // its log has a mebibyte of zeros at the end
        }
        try (Datastore store = Stores.open(crashed)) {
            assertEquals(20, store.query(Query.all()).toList().size());
        }
    }

    @Test
    void aKeyOfAnotherProgramIsToldByQueriesOverIt() throws IOException {
        try (DB bare =
                Iq80DBFactory.factory.open(folder.toFile(), new Options().compressionType(CompressionType.NONE))) {
            bare.put("no slash".getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[1]);
            bare.put("/a/b".getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[1]);
        }
        try (Datastore store = Stores.open(folder)) {
            DatastoreException told = assertThrows(
                    CorruptDataException.class, () -> store.query(Query.all()).toList());
            assertTrue(told.getMessage().contains("holds what is no datastore key"), told.getMessage());
            assertEquals(1, store.query(Query.under(Key.of("/a"))).toList().size());
        }
    }
}
