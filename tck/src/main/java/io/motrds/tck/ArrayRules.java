package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules of arrays: they belong to the caller, who may change them at any time. */
interface ArrayRules extends StoreRules {

    Key ARRAY_KEY = Key.of("/array");

    @Test
    default void putKeepsNoArrayOfTheCaller() {
        byte[] mine = Bytes.of("original");
        store().put(ARRAY_KEY, mine);
        Arrays.fill(mine, (byte) 'x');
        Expect.value(store(), ARRAY_KEY, Bytes.of("original"), "put keeps no array of the caller");
    }

    @Test
    default void aBatchKeepsNoArrayOfTheCaller() {
        byte[] mine = Bytes.of("original");
        try (Batch batch = store().batch()) {
            batch.put(ARRAY_KEY, mine);
            Arrays.fill(mine, (byte) 'x'); // before the commit, when nothing was written yet
            batch.commit();
        }
        Expect.value(
                store(), ARRAY_KEY, Bytes.of("original"), "a batch keeps no array of the caller before its commit");
        Arrays.fill(mine, (byte) 'y');
        Expect.value(store(), ARRAY_KEY, Bytes.of("original"), "a batch keeps no array of the caller after its commit");
    }

    @Test
    default void getHandsOutNoArrayOfTheStore() {
        store().put(ARRAY_KEY, Bytes.of("original"));
        for (int i = 0; i < 3; i++) {
            Arrays.fill(store().get(ARRAY_KEY).orElseThrow(), (byte) 'x');
            Expect.value(store(), ARRAY_KEY, Bytes.of("original"), "get hands out no array of the store");
        }
    }

    @Test
    default void getAllHandsOutNoArrayOfTheStore() {
        store().put(ARRAY_KEY, Bytes.of("original"));
        for (int i = 0; i < 3; i++) {
            Map<Key, byte[]> all = store().getAll(List.of(ARRAY_KEY));
            all.values().forEach(array -> Arrays.fill(array, (byte) 'x'));
            Expect.value(store(), ARRAY_KEY, Bytes.of("original"), "getAll hands out no array of the store");
        }
    }

    @Test
    default void aQueryHandsOutNoArrayOfTheStore() {
        store().put(ARRAY_KEY, Bytes.of("original"));
        List<Query> queries = List.of(
                Query.all(), Query.all().order(Order.byKey()), Query.all().order(Order.byValue()));
        for (Query query : queries) {
            for (Entry entry : store().query(query).toList()) {
                Arrays.fill(entry.requireValue(), (byte) 'x');
            }
            Expect.value(store(), ARRAY_KEY, Bytes.of("original"), "a query hands out no array of the store");
        }
    }

    @Test
    default void twoReadersShareNoArray() {
        Datastore store = store();
        store.put(ARRAY_KEY, Bytes.of("original"));
        byte[] first = store.get(ARRAY_KEY).orElseThrow();
        byte[] second = store.get(ARRAY_KEY).orElseThrow();
        try (QueryResults one = store.query(Query.all());
                QueryResults two = store.query(Query.all())) {
            byte[] third = one.next().requireValue();
            byte[] fourth = two.next().requireValue();
            for (byte[] array : List.of(first, second, third, fourth)) {
                assertArrayEquals(Bytes.of("original"), array, "no two readers share an array");
                Arrays.fill(array, (byte) 'x');
            }
        }
    }
}
