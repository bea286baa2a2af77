package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks of what a store shows; each names the rule that it checks. */
final class Expect {

    private Expect() {}

    /** That every way to read the key shows the value. */
    static void value(Datastore store, Key key, byte[] value, String rule) {
        Optional<byte[]> got = store.get(key);
        assertTrue(got.isPresent(), () -> rule + ": get(" + key + ") finds nothing");
        assertArrayEquals(value, got.get(), () -> rule + ": get(" + key + ") gives another value");
        assertTrue(store.has(key), () -> rule + ": has(" + key + ") denies a key that get finds");
        assertEquals(
                OptionalLong.of(value.length), store.size(key), () -> rule + ": size(" + key + ") is the value's size");
        Map<Key, byte[]> all = store.getAll(List.of(key));
        assertTrue(all.containsKey(key), () -> rule + ": getAll lacks " + key + ", which get finds");
        assertArrayEquals(value, all.get(key), () -> rule + ": getAll gives another value for " + key);
    }

    /** That no way to read the key shows anything. */
    static void absent(Datastore store, Key key, String rule) {
        assertTrue(store.get(key).isEmpty(), () -> rule + ": get(" + key + ") finds something");
        assertFalse(store.has(key), () -> rule + ": has(" + key + ") claims a key that is absent");
        assertEquals(
                OptionalLong.empty(), store.size(key), () -> rule + ": size(" + key + ") of an absent key is empty");
        assertTrue(store.getAll(List.of(key)).isEmpty(), () -> rule + ": getAll gives the absent key " + key);
    }
}
