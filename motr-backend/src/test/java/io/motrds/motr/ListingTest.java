package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Batch;
import io.motrds.api.Key;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is listed when records are as large as they may be, on two nodes: a reply of one of them that does not fit its
 * message would lack its keys without an error. Keys of 128 bytes are the last short ones.
 */
class ListingTest {
    private static final Fid FID = new Fid(0x7800000000000001L, 7);

    private final FakeMotr motr = new FakeMotr(2);
    private final Map<Key, byte[]> stored = new TreeMap<>();
    private final MotrDatastore store;

    ListingTest() {
        motr.index(FID).create(0);
        store = new MotrDatastore(
                "motrds",
                motr.index(FID),
                new MotrDatastore.Settings(
                        32, 16 << 20, 2_000_000_000L, 3_600_000, 3_600_000_000_000L, Integer.MAX_VALUE));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Stores the largest inline values under keys of a length, below a namespace, evenly spread. */
    private void fill(String namespace, int keys, int keyBytes) {
        try (Batch batch = store.batch()) {
            for (int i = 0; i < keys; i++) {
                String name = String.format("/%s/%06d/", namespace, i * 997 % keys);
                Key key = Key.of(name + "x".repeat(keyBytes - name.length()));
                byte[] value = new byte[DirectoryRecord.MAX_INLINE_BYTES];
                value[i % value.length] = (byte) i;
                stored.put(key, value);
                batch.put(key, value);
            }
            batch.commit();
        }
    }

    private List<Key> listed(Query query) {
        return store.query(query.order(Order.byKey()).keysOnly()).toList().stream()
                .map(entry -> entry.key())
                .toList();
    }

    private void everyKeyIsListed() {
        assertEquals(new ArrayList<>(stored.keySet()), listed(Query.all()));
        assertEquals(0, motr.tooLarge());
    }

    @Test
    void theLongestKeys() {
        fill("long", 300, Layout.MAX_KEY_BYTES);
        everyKeyIsListed();
    }

    @Test
    void theLongestOfTheShortKeys() {
        fill("short", 1_000, Layout.SHORT_KEY_BYTES);
        everyKeyIsListed();
    }

    @Test
    void longAndShortKeysAmongEachOther() {
        fill("a", 400, Layout.SHORT_KEY_BYTES);
        fill("a", 300, Layout.SHORT_KEY_BYTES + 1);
        fill("0", 300, Layout.MAX_KEY_BYTES);
        fill("c", 300, 20);
        everyKeyIsListed();
        List<Key> all = new ArrayList<>(stored.keySet());
        List<Key> inA =
                all.stream().filter(key -> key.toString().startsWith("/a/")).toList();
        assertEquals(inA, listed(Query.under(Key.of("/a"))));
        assertEquals(
                inA.subList(123, 456),
                listed(Query.under(Key.of("/a")).offset(123).limit(333)));
        assertEquals(all.subList(600, all.size()), listed(Query.all().offset(600)), "from within the long keys on");
        Map<Key, byte[]> read = new TreeMap<>();
        store.query(Query.all()).toList().forEach(entry -> read.put(entry.key(), entry.value()));
        assertEquals(stored.keySet(), read.keySet());
        stored.forEach((key, value) -> assertArrayEquals(value, read.get(key)));
        assertEquals(0, motr.tooLarge());
    }

    @Test
    void whatLiesBehindTheLimitIsNotRead() {
        String end = "x".repeat(Layout.SHORT_KEY_BYTES);
        List<Key> keys = List.of(Key.of("/a" + end), Key.of("/b"), Key.of("/c"), Key.of("/d" + end));
        keys.forEach(key -> store.put(key, new byte[1]));
        motr.tamper(FID, Layout.directoryKey(keys.get(2)), new byte[] {1});
        assertEquals(keys.subList(0, 2), listed(Query.all().limit(2)));
    }

    @Test
    void aPageOfShortKeysTakesTwoOperations() {
        fill("short", 1_000, 60);
        long before = store.requests();
        assertEquals(165, listed(Query.all().limit(165)).size());
        assertEquals(2, store.requests() - before, "one for the page, one that finds no long keys");
    }
}
