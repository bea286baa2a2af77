package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of blocks is kept, or used again, without a reader that sees another's data. */
class TableBlocksTest {

    /** On both sides of what is kept, and of what is used again. */
    private static final int[] SIZES = {100, 40_000, 65_000, 66_000, 262_144, 1_048_576, 1_114_000, 1_200_000};

    @TempDir
    Path folder;

    private static int size(int number) {
        return SIZES[number % SIZES.length];
    }

    private static void putAll(Datastore store, int count) {
        for (int i = 0; i < count; i++) {
            store.put(Stores.key(i), Stores.value(i, size(i)));
        }
    }

    private static void assertValue(int number, byte[] value) {
        assertArrayEquals(Stores.value(number, size(number)), value, "key " + number);
    }

    @Test
    void lookupsQueriesAndCompactionAtOnceSeeTheirOwnData() throws Exception {
        int count = 48;
        try (Datastore store = Stores.open(folder, "writeBuffer", "1MiB", "cacheSize", "1MiB")) {
            putAll(store, count);
            GarbageCollection compaction =
                    store.feature(GarbageCollection.class).orElseThrow();
            ExecutorService threads = Executors.newCachedThreadPool();
            AtomicBoolean done = new AtomicBoolean();
            try {
                List<Future<?>> readers = new ArrayList<>();
                for (int reader = 0; reader < 3; reader++) {
                    Random random = new Random(reader);
                    readers.add(threads.submit(() -> {
                        do {
                            int number = random.nextInt(count);
                            assertValue(number, store.get(Stores.key(number)).orElseThrow());
                        } while (!done.get());
                    }));
                }
                readers.add(threads.submit(() -> {
                    do {
                        queryAll(store, count);
                    } while (!done.get());
                }));
                for (int i = 0; i < 4; i++) {
                    store.put(Stores.key(i), Stores.value(i, size(i)));
                    compaction.collectGarbage();
                }
                done.set(true);
                for (Future<?> reader : readers) {
                    reader.get();
                }
            } finally {
                done.set(true);
                threads.shutdown();
            }
        }
    }

    /** Looks up other keys while the iterator holds a block. */
    private static void queryAll(Datastore store, int count) {
        int number = 0;
        try (QueryResults results = store.query(Query.all())) {
            while (results.hasNext()) {
                Entry entry = results.next();
                assertEquals(Stores.key(number), entry.key());
                int other = (number + 5) % count;
                assertValue(other, store.get(Stores.key(other)).orElseThrow());
                assertValue(number, entry.requireValue());
                number++;
            }
        }
        assertEquals(count, number);
    }

    @Test
    void valuesOfManyKeysAreOnesOwn() {
        try (Datastore store = Stores.open(folder, "writeBuffer", "1MiB")) {
            putAll(store, 48);
            List<byte[]> values = new ArrayList<>(
                    store.getAll(IntStream.range(0, 48).mapToObj(Stores::key).toList())
                            .values());
            putAll(store, 8);
            for (int i = 0; i < 8; i++) {
                store.get(Stores.key(i));
            }
            for (int i = 0; i < 48; i++) {
                assertValue(i, values.get(i));
            }
        }
    }

    /** Blocks are read ahead, but not those of another reader. */
    @Test
    void readersOfOneTableAtOnceEachSeeAllOfIt() throws Exception {
        int count = 5_000;
        try (Datastore store = Stores.open(folder)) {
            Stores.fill(store, count, 300);
        }
        try (Datastore store = Stores.open(folder)) {
            ExecutorService threads = Executors.newCachedThreadPool();
            try {
                List<Future<?>> readers = new ArrayList<>();
                for (int reader = 0; reader < 4; reader++) {
                    boolean descending = reader == 3;
                    int offset = reader * 1_000;
                    readers.add(threads.submit(() -> {
                        for (int round = 0; round < 5; round++) {
                            int number = descending ? count - 1 : offset;
                            Query all = descending
                                    ? Query.all().order(Order.byKeyDescending())
                                    : Query.all().order(Order.byKey()).offset(offset);
                            try (QueryResults results = store.query(all)) {
                                while (results.hasNext()) {
                                    Entry entry = results.next();
                                    assertEquals(Stores.key(number), entry.key());
                                    assertArrayEquals(Stores.value(number, 300), entry.requireValue());
                                    number += descending ? -1 : 1;
                                }
                            }
                            assertEquals(descending ? -1 : count, number);
                        }
                    }));
                }
                for (Future<?> reader : readers) {
                    reader.get();
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    /** The lookup that opens a table reads its index, which the library keeps, and which is larger than blocks that are. */
    @Test
    void whatTheLibraryKeepsOfATableIsNotUsedAgain() {
        int small = 6_000;
        try (Datastore store = Stores.open(folder)) {
            Stores.fill(store, small, 4_100); // a block for each
            for (int i = small; i < small + 20; i++) {
                store.put(Stores.key(i), Stores.value(i, 1_000_000));
            }
        }
        try (Datastore store = Stores.open(folder, "cacheSize", "0")) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < small; i += 331) {
                    int large = small + i % 20;
                    assertArrayEquals(
                            Stores.value(i, 4_100), store.get(Stores.key(i)).orElseThrow(), "key " + i);
                    assertArrayEquals(
                            Stores.value(large, 1_000_000),
                            store.get(Stores.key(large)).orElseThrow(),
                            "key " + large);
                }
            }
        }
    }

    @Test
    void aSmallBlockIsKeptByALookupAndALargeOneIsNot() throws IOException {
        filledTable();
        try (Datastore store = Stores.open(folder)) {
            store.get(Stores.key(0));
            store.get(Stores.key(1));
            damage();
            assertArrayEquals(Stores.value(0, 10_000), store.get(Stores.key(0)).orElseThrow());
            assertThrows(CorruptDataException.class, () -> store.get(Stores.key(1)));
        }
    }

    @Test
    void aCheckReadsTheFilesWhateverIsKept() throws IOException {
        filledTable();
        try (Datastore store = Stores.open(folder)) {
            store.get(Stores.key(0));
            Stores.flip(Stores.files(folder, ".ldb").get(0), 5_000);
            store.get(Stores.key(0));
            ConsistencyCheck check = store.feature(ConsistencyCheck.class).orElseThrow();
            assertThrows(CorruptDataException.class, check::check);
        }
    }

    @Test
    void nothingIsKeptByAQueryOrWithoutACache() throws IOException {
        filledTable();
        try (Datastore store = Stores.open(folder)) {
            store.query(Query.all()).toList();
            damage();
            assertThrows(CorruptDataException.class, () -> store.get(Stores.key(0)));
            damage(); // undone
        }
        try (Datastore store = Stores.open(folder, "cacheSize", "0")) {
            store.get(Stores.key(0));
            damage();
            assertThrows(CorruptDataException.class, () -> store.get(Stores.key(0)));
        }
    }

    /** A table with a small value and, behind it, a large one, which begins after 10,000 bytes and some. */
    private void filledTable() {
        try (Datastore store = Stores.open(folder)) {
            store.put(Stores.key(0), Stores.value(0, 10_000));
            store.put(Stores.key(1), Stores.value(1, 100_000));
        }
    }

    private void damage() throws IOException {
        Path table = Stores.files(folder, ".ldb").get(0);
        Stores.flip(table, 5_000);
        Stores.flip(table, 50_000);
    }
}
