package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules of how results are read: lazily, to their end, by several at once; and what a store says that it does itself. */
interface ResultsRules extends StoreRules {

    private void putNumbers(int count) {
        for (int i = 0; i < count; i++) {
            store().put(Key.of(String.format("/number/%04d", i)), Bytes.of("value " + i));
        }
    }

    /** Queries that a store and the engine answer in different ways. */
    private static List<Query> shapes() {
        return List.of(
                Query.all(),
                Query.all().keysOnly(),
                Query.all().order(Order.byKey()),
                Query.all().order(Order.byKeyDescending()).limit(1000),
                Query.all().order(Order.byValue()),
                Query.under(Key.of("/number")).filter(Filter.matching(entry -> true)));
    }

    @Test
    default void askingWhetherThereIsMoreTakesNothing() {
        putNumbers(5);
        for (Query query : shapes()) {
            try (QueryResults results = store().query(query)) {
                Set<Key> seen = new TreeSet<>();
                for (int i = 0; i < 5; i++) {
                    assertTrue(results.hasNext(), "hasNext is true while there is more");
                    assertTrue(results.hasNext(), "hasNext may be asked again and takes nothing");
                    seen.add(results.next().key());
                }
                assertEquals(5, seen.size(), "results give every key once");
                assertFalse(results.hasNext(), "hasNext is false at the end");
                assertThrows(NoSuchElementException.class, results::next, "next fails at the end");
                assertFalse(results.hasNext(), "the end stays the end");
            }
        }
    }

    @Test
    default void nextWorksWithoutAskingFirst() {
        putNumbers(5);
        for (Query query : shapes()) {
            try (QueryResults results = store().query(query)) {
                Set<Key> seen = new TreeSet<>();
                for (int i = 0; i < 5; i++) {
                    seen.add(results.next().key());
                }
                assertEquals(5, seen.size(), "next gives every key without hasNext before it");
                assertThrows(NoSuchElementException.class, results::next, "next fails at the end");
            }
        }
    }

    @Test
    default void closedResultsGiveNothing() {
        putNumbers(100);
        for (Query query : shapes()) {
            QueryResults results = store().query(query);
            results.next();
            assertTrue(results.hasNext(), "there is more"); // the next one may have been fetched now
            results.close();
            results.close();
            assertFalse(results.hasNext(), () -> "closed results have no next entry: " + query);
            assertThrows(NoSuchElementException.class, results::next, "closed results have no next entry");
            QueryResults untouched = store().query(query);
            untouched.close();
            assertFalse(untouched.hasNext(), () -> "results that were closed at once have no next entry: " + query);
        }
    }

    @Test
    default void abandonedResultsDoNotStopTheStore() {
        putNumbers(50);
        List<QueryResults> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            QueryResults results = store().query(Query.all());
            results.next();
            open.add(results);
        }
        store().put(Key.of("/after"), Bytes.of("x"));
        Expect.value(store(), Key.of("/after"), Bytes.of("x"), "open results do not stop writes");
        open.forEach(QueryResults::close);
    }

    @Test
    default void severalResultsAreReadAtOnce() {
        putNumbers(200);
        try (QueryResults up = store().query(Query.all().order(Order.byKey()));
                QueryResults down = store().query(Query.all().order(Order.byKeyDescending()))) {
            for (int i = 0; i < 200; i++) {
                assertEquals(
                        Key.of(String.format("/number/%04d", i)), up.next().key(), "results are read independently");
                assertEquals(
                        Key.of(String.format("/number/%04d", 199 - i)),
                        down.next().key(),
                        "results are read independently");
            }
        }
    }

    @Test
    default void resultsCanBeReadWhileTheReaderWrites() {
        putNumbers(100);
        Datastore store = store();
        Set<Key> seen = new TreeSet<>();
        try (QueryResults results = store.query(Query.under(Key.of("/number")))) {
            while (results.hasNext()) {
                Key key = results.next().key();
                assertTrue(seen.add(key), () -> "a key is shown once, also when the reader deletes it: " + key);
                store.delete(key);
                store.put(Key.of("/writer" + key), new byte[0]);
            }
        }
        assertEquals(100, seen.size(), "every key that was there until it was shown is shown");
        List<Entry> left = store.query(Query.under(Key.of("/number"))).toList();
        assertTrue(left.isEmpty(), "a reader can delete what it is shown");
    }

    @Test
    default void whatAStoreDoesItselfItReallyDoes() {
        putNumbers(1_000);
        Set<QueryPart> parts = store().nativeQueryParts();
        assertEquals(parts, store().nativeQueryParts(), "what a store does itself does not change");
        if (parts.contains(QueryPart.KEYS_ONLY)) {
            firstSeenByAFilter(Query.all().keysOnly(), "KEYS_ONLY: reads no values for a query of keys only");
        }
        if (parts.contains(QueryPart.SIZES)) {
            Entry seen = firstSeenByAFilter(Query.all().keysAndSizes(), "SIZES: tells sizes without reading values");
            assertTrue(seen.size() >= 0, "SIZES: tells sizes without reading values");
        }
        if (parts.contains(QueryPart.KEY_ORDER)) {
            readsLittleForTheFirst(Query.all().order(Order.byKey()), "KEY_ORDER: gives key order without a sort");
        }
        if (parts.contains(QueryPart.KEY_ORDER_DESCENDING)) {
            readsLittleForTheFirst(
                    Query.all().order(Order.byKeyDescending()), "KEY_ORDER_DESCENDING: gives it without a sort");
        }
        readsLittleForTheFirst(Query.all(), "results are read while they are consumed");
    }

    /** What the store gives before the engine leaves out what was not asked for: a filter of keys gets to see it. */
    private Entry firstSeenByAFilter(Query query, String rule) {
        List<Entry> seen = new ArrayList<>();
        Filter spy = Filter.matchingKey(entry -> {
            seen.add(entry);
            return true;
        });
        try (QueryResults results = store().query(query.filter(spy))) {
            results.next();
        }
        Entry first = seen.get(0);
        assertNotNull(first, rule);
        assertNull(first.value(), rule);
        return first;
    }

    private void readsLittleForTheFirst(Query query, String rule) {
        AtomicInteger looked = new AtomicInteger();
        Filter spy = Filter.matchingKey(entry -> {
            looked.incrementAndGet();
            return true;
        });
        try (QueryResults results = store().query(query.filter(spy))) {
            results.next();
        }
        assertTrue(looked.get() < 500, () -> rule + "; looked at " + looked + " of 1000 entries to give the first");
    }
}
