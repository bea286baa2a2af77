package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.function.Executable;

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

    /** That the store holds these keys and values and nothing else. */
    static void contents(Datastore store, Map<Key, byte[]> expected, String rule) {
        List<Entry> entries = store.query(Query.all()).toList();
        entries(entries, entriesOf(expected), rule + ": a query of everything");
        Map<Key, byte[]> all = store.getAll(expected.keySet());
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(all.keySet()), rule + ": getAll of everything");
        expected.forEach((key, value) ->
                assertArrayEquals(value, all.get(key), () -> rule + ": getAll gives another value for " + key));
    }

    /** That these are the expected entries, in any order. */
    static void entries(Collection<Entry> actual, Collection<Entry> expected, String rule) {
        List<Key> keys = actual.stream().map(Entry::key).sorted().toList();
        assertEquals(keys.size(), new TreeSet<>(keys).size(), () -> rule + ": shows a key twice, among " + keys);
        assertEquals(expected.stream().map(Entry::key).sorted().toList(), keys, () -> rule + ": shows other keys");
        Map<Key, Entry> byKey = expected.stream().collect(Collectors.toMap(Entry::key, entry -> entry));
        actual.forEach(
                entry -> assertEquals(byKey.get(entry.key()), entry, () -> rule + ": another value of " + entry.key()));
    }

    static List<Entry> entriesOf(Map<Key, byte[]> values) {
        return values.entrySet().stream()
                .map(entry -> Entry.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** That the call fails so, with a message that says something. */
    static <E extends RuntimeException> E failure(Class<E> type, Executable call, String rule) {
        E failure = assertThrows(type, call, rule);
        String message = failure.getMessage();
        assertTrue(message != null && !message.isBlank(), () -> rule + ": the failure has no message");
        return failure;
    }
}
