package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules of single keys: put, get, has, size, delete, getAll, sync. */
interface BasicRules extends StoreRules {

    @Test
    default void aKeyThatWasPutIsThereUntilItIsDeleted() {
        Datastore store = store();
        Key key = Key.of("foo");
        byte[] value = Bytes.of("Hello Datastore!");
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
        store.put(Key.of("/notreal/child"), Bytes.of("x"));
        Expect.absent(store, key, "a key is absent even when it has children");
    }

    @Test
    default void aPutReplacesTheValue() {
        Datastore store = store();
        Key key = Key.of("/replaced");
        for (byte[] value : List.of(
                Bytes.of("first"), Bytes.of("a longer second"), Bytes.of("3"), Bytes.random(70_000, 1), new byte[0])) {
            store.put(key, value);
            Expect.value(store, key, value, "the last value that was put is the one that is there");
        }
        Expect.contents(store, Map.of(key, new byte[0]), "a key that was put again is there once");
    }

    @Test
    default void aDeletedKeyCanBePutAgain() {
        Datastore store = store();
        Key key = Key.of("/again");
        for (int i = 0; i < 3; i++) {
            byte[] value = Bytes.of("value " + i);
            store.put(key, value);
            Expect.value(store, key, value, "a deleted key can be put again");
            store.delete(key);
            store.delete(key);
            Expect.absent(store, key, "deleting twice is as deleting once");
        }
    }

    @Test
    default void deletingAKeyLeavesAllOthers() {
        Datastore store = store();
        List<Key> others = List.of(Key.of("/a"), Key.of("/a/b/c"), Key.of("/ab"), Key.of("/a/bc"), Key.ROOT);
        others.forEach(key -> store.put(key, Bytes.of(key.toString())));
        store.put(Key.of("/a/b"), Bytes.of("deleted"));
        store.delete(Key.of("/a/b"));
        Expect.absent(store, Key.of("/a/b"), "a deleted key is absent");
        others.forEach(
                key -> Expect.value(store, key, Bytes.of(key.toString()), "deleting a key leaves its relatives alone"));
    }

    @Test
    default void anEmptyValueIsAValue() {
        Datastore store = store();
        Key key = Key.of("/empty");
        store.put(key, new byte[0]);
        Expect.value(store, key, new byte[0], "an empty value is present, not absent");
        Expect.contents(store, Map.of(key, new byte[0]), "an empty value is shown by a query");
    }

    @Test
    default void valuesOfEverySizeComeBack() {
        Datastore store = store();
        List<Integer> sizes =
                new ArrayList<>(List.of(0, 1, 2, 3, 255, 256, 257, 511, 512, 513, Limits.MIN_VALUE_BYTES));
        for (int power = 12; power <= 20; power += 2) {
            sizes.addAll(List.of((1 << power) - 1, 1 << power, (1 << power) + 1));
        }
        for (int size : sizes) {
            store.put(Key.of("/size/" + size), Bytes.random(size, size));
        }
        for (int size : sizes) {
            String rule = "a value of " + size + " bytes comes back as it was put";
            Expect.value(store, Key.of("/size/" + size), Bytes.random(size, size), rule);
        }
    }

    @Test
    default void valuesMayHoldAnyBytes() {
        Datastore store = store();
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
            byte[] same = {(byte) i, (byte) i, (byte) i};
            store.put(Key.of("/byte/" + i), same);
            Expect.value(store, Key.of("/byte/" + i), same, "a value may hold any bytes");
        }
        store.put(Key.of("/every"), every);
        Expect.value(store, Key.of("/every"), every, "a value may hold every byte");
    }

    @Test
    default void getAllKeepsTheOrderThatWasAskedFor() {
        Datastore store = store();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Key key = Key.of("/many/" + (i * 7919 % 300)); // 7919 is prime: a permutation, not the key order
            keys.add(key);
            store.put(key, Bytes.of("value of " + key));
        }
        Map<Key, byte[]> all = store.getAll(keys);
        assertEquals(
                keys, List.copyOf(all.keySet()), "getAll gives the keys in the order in which they were asked for");
        all.forEach((key, value) -> assertEquals(
                "value of " + key, Bytes.text(value), () -> "getAll gives each key its own value: " + key));
    }

    @Test
    default void getAllLeavesOutAbsentKeysAndGivesDuplicatesOnce() {
        Datastore store = store();
        store.put(Key.of("/b"), Bytes.of("2"));
        store.put(Key.of("/a"), new byte[0]);
        Key absent = Key.of("/absent");
        List<Key> asked = List.of(absent, Key.of("/b"), Key.of("/a"), Key.of("/b"), absent, Key.of("/a"));
        Map<Key, byte[]> all = store.getAll(asked);
        assertEquals(
                List.of(Key.of("/b"), Key.of("/a")),
                List.copyOf(all.keySet()),
                "getAll leaves out absent keys and gives a key that was asked for twice once, where it stood first");
        assertTrue(store.getAll(List.of()).isEmpty(), "getAll of no keys gives none");
        assertTrue(store.getAll(List.of(absent, absent)).isEmpty(), "getAll of absent keys gives none");
    }

    @Test
    default void syncTakesAnyPrefix() {
        Datastore store = store();
        store.sync(Key.of("prefix"));
        store.put(Key.of("/prefix"), Bytes.of("foo"));
        store.sync(Key.of("/prefix"));
        store.put(Key.of("/prefix/sub"), Bytes.of("bar"));
        store.sync(Key.of("/prefix"));
        store.sync(Key.of("/prefix/sub"));
        store.sync(Key.of("/nothing/here"));
        store.sync(Key.ROOT);
        Expect.value(store, Key.of("/prefix"), Bytes.of("foo"), "sync changes no value");
        Expect.value(store, Key.of("/prefix/sub"), Bytes.of("bar"), "sync changes no value");
    }

    @Test
    default void storesAtTwoPlacesShareNothing() {
        Datastore store = store();
        Datastore other = another();
        store.put(Key.of("/mine"), Bytes.of("1"));
        other.put(Key.of("/yours"), Bytes.of("2"));
        Expect.contents(store, Map.of(Key.of("/mine"), Bytes.of("1")), "a store shows what was put into it alone");
        Expect.contents(other, Map.of(Key.of("/yours"), Bytes.of("2")), "a store shows what was put into it alone");
        other.close();
        Expect.value(store, Key.of("/mine"), Bytes.of("1"), "closing a store leaves others open");
    }

    @Test
    default void aStoreHasANameForMessages() {
        assertFalse(store().name().isBlank(), "a store has a name for messages");
    }
}
