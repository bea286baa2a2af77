package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges, both directions and offsets, over tables of several levels with overwritten and deleted keys in them. */
class ScanTest {

    @TempDir
    Path temporary;

    private final Random random = new Random(11);
    private final NavigableMap<Key, byte[]> expected = new TreeMap<>();

    private Key randomKey() {
        String name = Integer.toString(random.nextInt(1_500), 36);
        return Key.of(random.nextBoolean() ? "/" + name : "/" + name.charAt(0) + "/" + name);
    }

    private void change(Datastore store, int times) {
        for (int i = 0; i < times; i++) {
            Key key = randomKey();
            if (random.nextInt(3) == 0) {
                store.delete(key);
                expected.remove(key);
            } else {
                byte[] value = Stores.value(i, random.nextInt(800));
                store.put(key, value);
                expected.put(key, value);
            }
        }
    }

    @Test
    void everyRangeIsReadExactlyInBothDirections() {
        try (Datastore store = Stores.open(temporary.resolve("store"), "writeBuffer", "64KiB")) {
            for (int round = 0; round < 6; round++) {
                change(store, 800);
                if (round == 3) {
                    store.feature(GarbageCollection.class).orElseThrow().collectGarbage();
                }
                for (int i = 0; i < 150; i++) {
                    checkOne(store);
                }
            }
        }
    }

    private void checkOne(Datastore store) {
        Key from = randomKey();
        Key to = randomKey();
        boolean descending = random.nextBoolean();
        int offset = random.nextInt(4) * random.nextInt(60);
        int limit = 1 + random.nextInt(1_000);
        Query query = Query.all()
                .filter(Filter.key(Comparison.GREATER_OR_EQUAL, from.toString()))
                .order(descending ? Order.byKeyDescending() : Order.byKey())
                .offset(offset)
                .limit(limit);
        NavigableMap<Key, byte[]> range = expected.tailMap(from, true);
        if (random.nextInt(4) > 0) {
            query = query.filter(Filter.key(Comparison.LESS, to.toString()));
            range = from.compareTo(to) < 0 ? range.headMap(to, false) : Collections.emptyNavigableMap();
        }
        List<Entry> wanted = new ArrayList<>();
        (descending ? range.descendingMap() : range)
                .entrySet().stream()
                        .skip(offset)
                        .limit(limit)
                        .forEach(entry -> wanted.add(Entry.of(entry.getKey(), entry.getValue())));
        assertEquals(wanted, store.query(query).toList(), query::toString);
    }

    @Test
    void aScanShowsTheStoreAsItWasWhenItBegan() {
        for (Order order : List.of(Order.byKey(), Order.byKeyDescending())) {
            try (Datastore store = Stores.open(temporary.resolve("store"), "writeBuffer", "64KiB")) {
                Stores.fill(store, 50, 5_000);
                try (QueryResults results = store.query(Query.all().order(order))) {
                    Entry first = results.next();
                    Stores.fill(store, 100, 5_001);
                    store.feature(GarbageCollection.class).orElseThrow().collectGarbage();
                    assertEquals(5_000, first.size());
                    for (int i = 1; i < 50; i++) {
                        assertEquals(5_000, results.next().size());
                    }
                    assertEquals(false, results.hasNext());
                }
                for (int i = 0; i < 100; i++) {
                    store.delete(Stores.key(i));
                }
            }
        }
    }
}
