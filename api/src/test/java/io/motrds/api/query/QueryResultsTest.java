package io.motrds.api.query;

import static io.motrds.api.query.QueryEngineTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QueryResultsTest {

    private final DatastoreException damage = new DatastoreException("a block is gone");
    private int closed;

    static Stream<Query> streamedAndSorted() {
        return Stream.of(Query.all(), Query.all().order(Order.byKeyDescending()));
    }

    /** Gives two entries, then fails once, then would go on with two more. */
    private QueryResults failingInTheMiddle(Query query) {
        Iterator<Integer> steps = List.of(1, 2, -1, 3, 4).iterator();
        return QueryEngine.run(query, Set.of(), scan -> new Cursor() {
            @Override
            public @Nullable Entry next() {
                if (!steps.hasNext()) {
                    return null;
                }
                int step = steps.next();
                if (step < 0) {
                    throw damage;
                }
                return Entry.of(Key.of("/" + step), bytes("v"));
            }

            @Override
            public void close() {
                closed++;
            }
        });
    }

    @ParameterizedTest
    @MethodSource("streamedAndSorted")
    void aFailureIsThrownAgainAndNothingGoesOnAfterIt(Query query) {
        QueryResults results = failingInTheMiddle(query);
        assertSame(damage, assertThrows(DatastoreException.class, () -> results.forEachRemaining(entry -> {})));
        assertSame(damage, assertThrows(DatastoreException.class, results::hasNext));
        assertSame(damage, assertThrows(DatastoreException.class, results::next));
        results.close();
        assertFalse(results.hasNext());
        assertEquals(1, closed);
    }

    @ParameterizedTest
    @MethodSource("streamedAndSorted")
    void allAtOnceFailsWholeAndClosesTheResults(Query query) {
        QueryResults results = failingInTheMiddle(query);
        assertSame(damage, assertThrows(DatastoreException.class, results::toList));
        assertEquals(1, closed);
    }

    @Test
    void whatCameBeforeAFailureIsGiven() {
        QueryResults results = failingInTheMiddle(Query.all());
        assertEquals(Key.of("/1"), results.next().key());
        assertEquals(Key.of("/2"), results.next().key());
        assertThrows(DatastoreException.class, results::next);
    }

    @Test
    void aFailureBehindTheLimitIsNoneOfTheQuerys() {
        assertEquals(2, failingInTheMiddle(Query.all().limit(2)).toList().size());
    }

    @Test
    void aFailureOfAFilterOrAnOrderIsTheCallersToSee() {
        IllegalStateException bug = new IllegalStateException("bug");
        Filter broken = Filter.matchingKey(entry -> {
            throw bug;
        });
        assertSame(
                bug,
                assertThrows(
                        IllegalStateException.class,
                        () -> failingInTheMiddle(Query.all().filter(broken)).toList()));
        assertEquals(1, closed);
    }

    @ParameterizedTest
    @MethodSource("streamedAndSorted")
    void closedResultsHaveNoNextEntryAndCloseOnce(Query query) {
        MapScanner store = new MapScanner(Set.of());
        store.data.put(Key.of("/a"), bytes("v"));
        store.data.put(Key.of("/b"), bytes("v"));
        QueryResults results = store.run(query);
        assertTrue(results.hasNext());
        results.close();
        results.close();
        assertFalse(results.hasNext());
        assertThrows(NoSuchElementException.class, results::next);
        assertEquals(1, store.closed);
    }

    @Test
    void atTheEndThereIsNoNextEntry() {
        MapScanner store = new MapScanner(Set.of());
        store.data.put(Key.of("/a"), bytes("v"));
        QueryResults results = store.run(Query.all());
        results.next();
        assertFalse(results.hasNext());
        assertThrows(NoSuchElementException.class, results::next);
    }

    @Test
    void anOrderThatCannotWorkFailsBeforeAnythingIsOpened() {
        MapScanner store = new MapScanner(Set.of());
        assertThrows(NullPointerException.class, () -> store.run(Query.all().order(Order.by(null))));
        assertEquals(List.of(), store.scans);
    }
}
