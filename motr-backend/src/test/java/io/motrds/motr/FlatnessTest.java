package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.RequestCount;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call takes does not grow with the store. */
class FlatnessTest {

    private static final Query PAGE = Query.under(Key.of("/blocks"))
            .filter(Filter.key(Comparison.GREATER_OR_EQUAL, key(500).toString()))
            .order(Order.byKey())
            .limit(100);

    private int stored;

    /** Each thousand lies between the keys of the first. */
    private static Key key(int number) {
        return Key.of(String.format("/blocks/%03d/%06d", number % 1_000, number));
    }

    private void fill(Datastore store, int keys) {
        try (Batch batch = store.batch()) {
            for (; stored < keys; stored++) {
                batch.put(key(stored), new byte[100]);
            }
            batch.commit();
        }
    }

    /** Operations of Motr, by call. */
    private static Map<String, Long> operations(Datastore store) {
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("get", () -> assertTrue(store.get(key(321)).isPresent()));
        calls.put("get of 256 KiB", () -> assertTrue(store.get(Key.of("/large")).isPresent()));
        calls.put("has", () -> assertTrue(store.has(key(321))));
        calls.put("has, absent key", () -> assertFalse(store.has(Key.of("/blocks/321"))));
        calls.put("put", () -> store.put(Key.of("/blocks/321/new"), new byte[100]));
        calls.put(
                "page of keys",
                () -> assertEquals(100, store.query(PAGE.keysOnly()).toList().size()));
        calls.put(
                "page with values",
                () -> assertEquals(100, store.query(PAGE).toList().size()));
        RequestCount count = store.feature(RequestCount.class).orElseThrow();
        Map<String, Long> operations = new LinkedHashMap<>();
        calls.forEach((name, call) -> {
            long before = count.requests();
            call.run();
            operations.put(name, count.requests() - before);
        });
        store.delete(Key.of("/blocks/321/new"));
        return operations;
    }

    @Test
    void tenTimesAsManyKeysTakeNoMoreOperationsOfMotr(@TempDir Path folder) {
        Map<String, String> parameters = Map.of(
                "type", "motrds",
                "client", "fake",
                "index", FakeMotrDatastoreTest.indexFor(folder).toString(),
                "createIndex", "true");
        try (Datastore store = Datastores.open(parameters)) {
            store.put(Key.of("/large"), new byte[256 << 10]);
            fill(store, 1_000);
            Map<String, Long> few = operations(store);
            assertEquals(1, few.get("get"));
            assertEquals(2, few.get("page of keys"));
            fill(store, 10_000);
            assertEquals(few, operations(store));
        }
    }
}
