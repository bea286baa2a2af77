package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.GarbageCollection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.impl.DbImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this store promises beyond the contract. */
class LevelDbDatastoreTest {

    @TempDir
    Path temporary;

    @Test
    void theLargestKeyAndValueAreKeptAndLargerOnesAreRefused() {
        Path folder = temporary.resolve("store");
        byte[] value = Stores.value(1, LevelDbDatastore.LIMITS.maxValueBytes());
        try (Datastore store = Stores.open(folder, "compression", "snappy")) {
            for (int length : new int[] {900, 4_095, 4_096, 32_768, LevelDbDatastore.LIMITS.maxKeyBytes()}) {
                store.put(longKey(length), new byte[] {1});
            }
            store.put(Key.of("/large"), value);
            assertThrows(
                    InvalidKeyException.class,
                    () -> store.put(longKey(LevelDbDatastore.LIMITS.maxKeyBytes() + 1), new byte[0]));
            assertThrows(ValueTooLargeException.class, () -> store.put(Key.of("/larger"), new byte[value.length + 1]));
        }
        try (Datastore store = Stores.open(folder)) {
            for (int length : new int[] {900, 4_095, 4_096, 32_768, LevelDbDatastore.LIMITS.maxKeyBytes()}) {
                assertTrue(store.has(longKey(length)), "key of " + length);
            }
            assertArrayEquals(value, store.get(Key.of("/large")).orElseThrow());
        }
    }

    private static Key longKey(int bytes) {
        return Key.of("/" + "k".repeat(bytes - 1));
    }

    @Test
    void aBatchOverTheLimitIsRefusedWholeAndTheStoreGoesOn() {
        byte[] shared = new byte[LevelDbDatastore.LIMITS.maxValueBytes()];
        try (LevelDbDatastore store = LevelDbDatastore.open(temporary.resolve("store"), new Options(), false)) {
            java.util.Map<Key, byte[]> writes = new java.util.LinkedHashMap<>();
            for (long bytes = 0; bytes <= LevelDbDatastore.MAX_BATCH_BYTES; bytes += shared.length) {
                writes.put(Stores.key(writes.size()), shared); // the same array for all: the test needs no such heap
            }
            assertThrows(RefusedInputException.class, () -> store.apply(writes));
            assertTrue(store.get(Stores.key(0)).isEmpty());
            store.put(Key.of("/a"), new byte[1]);
        }
    }

    @Test
    void collectedGarbageGivesSpaceBack() {
        try (Datastore store = Stores.open(temporary.resolve("store"), "writeBuffer", "1MiB")) {
            DiskUsage usage = store.feature(DiskUsage.class).orElseThrow();
            GarbageCollection collection =
                    store.feature(GarbageCollection.class).orElseThrow();
            Stores.fill(store, 400, 10_000);
            assertTrue(usage.diskUsageBytes() > 4_000_000);
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 399; i++) {
                    batch.delete(Stores.key(i));
                }
                batch.commit();
            }
            collection.collectGarbage();
            assertTrue(usage.diskUsageBytes() < 100_000, "left: " + usage.diskUsageBytes());
            assertArrayEquals(
                    Stores.value(399, 10_000), store.get(Stores.key(399)).orElseThrow());
        }
    }

    @Test
    void garbageWithinOneTableIsGivenBackToo() {
        try (Datastore store = Stores.open(temporary.resolve("store"))) {
            DiskUsage usage = store.feature(DiskUsage.class).orElseThrow();
            Stores.fill(store, 100, 10_000);
            for (int i = 0; i < 100; i++) {
                store.delete(Stores.key(i));
            }
            store.feature(GarbageCollection.class).orElseThrow().collectGarbage();
            assertTrue(usage.diskUsageBytes() < 100_000, "left: " + usage.diskUsageBytes());
        }
    }

    /** goleveldb would drop a part of what is in the log. */
    @Test
    void aClosedStoreHasAnEmptyLog() throws Exception {
        Path folder = temporary.resolve("store");
        try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB")) {
            Stores.fill(store, 50, 5_000);
        }
        for (Path log : Stores.files(folder, ".log")) {
            assertEquals(0, Files.size(log), log::toString);
        }
        try (Datastore store = Stores.open(folder)) {
            assertArrayEquals(Stores.value(49, 5_000), store.get(Stores.key(49)).orElseThrow());
        }
    }

    @Test
    void tablesHoldNoBlocksInMemoryAfterACompaction() throws Exception {
        assertTrue(tablesThatHoldBlocks(false) > 0, "the library does hold them");
        assertEquals(0, tablesThatHoldBlocks(true));
    }

    private int tablesThatHoldBlocks(boolean detaching) throws Exception {
        Path folder = temporary.resolve("store-" + detaching);
        StoreFiles files = new StoreFiles(folder, new TableBlocks(0));
        Options options = new Options()
                .logger(message -> {})
                .compressionType(CompressionType.NONE)
                .writeBufferSize(1 << 20)
                .maxFileSize(1 << 20);
        try (DbImpl db = new DbImpl(options, folder.toString(), files)) {
            TableKeys keys = TableKeys.of(db);
            if (detaching) {
                files.afterChange(keys::detach);
            }
            for (int i = 0; i < 60; i++) {
                db.put(Stores.key(i * 7 % 60).toUtf8(), Stores.value(i, 100_000));
            }
            db.compactRange(null, null);
            return keys.detach();
        } finally {
            files.close();
        }
    }
}
