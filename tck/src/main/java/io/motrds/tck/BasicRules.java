package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules of single keys: put, get, has, size, delete. */
interface BasicRules extends StoreRules {

    @Test
    default void aKeyThatWasPutIsThereUntilItIsDeleted() {
        Datastore store = store();
        Key key = Key.of("foo");
        byte[] value = "Hello Datastore!".getBytes(StandardCharsets.UTF_8);
        store.put(key, value);
        Expect.value(store, key, value, "a key that was put is there");
        Expect.value(store, key, value, "reading a key does not change it");
        store.delete(key);
        Expect.absent(store, key, "a deleted key is absent");
    }

    @Test
    default void anAbsentKeyIsNoError() {
        Datastore store = store();
        Key key = Key.of("notreal");
        Expect.absent(store, key, "a key that was never put is absent");
        store.delete(key);
        Expect.absent(store, key, "deleting an absent key does nothing");
    }

    @Test
    default void aQueryShowsEveryKeyOnce() {
        Datastore store = store();
        store.put(Key.of("/b"), new byte[] {2});
        store.put(Key.of("/a"), new byte[] {1});
        List<Entry> entries = store.query(Query.all().order(Order.byKey())).toList();
        assertEquals(
                List.of(Entry.of(Key.of("/a"), new byte[] {1}), Entry.of(Key.of("/b"), new byte[] {2})),
                entries,
                "a query shows every key once");
    }
}
