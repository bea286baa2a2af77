package io.motrds.api.query;

import static io.motrds.api.query.QueryEngineTest.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import io.motrds.api.query.Scan.Direction;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a query costs: what is asked of the store, how much of it is read, how much is kept in memory. */
class QueryEngineCostTest {

    private static final Set<QueryPart> ALL = EnumSet.allOf(QueryPart.class);

    private static MapScanner store(Set<QueryPart> parts) {
        MapScanner store = new MapScanner(parts);
        IntStream.range(0, 1000)
                .forEach(i -> store.data.put(Key.of("/a/" + (1000 + i)), bytes("value " + (i * 7919) % 1000)));
        IntStream.range(0, 1000).forEach(i -> store.data.put(Key.of("/b/" + (1000 + i)), bytes("b")));
        return store;
    }

    @Test
    void keyOrderWithALimitReadsNoMoreThanTheLimit() {
        MapScanner store = store(ALL);
        List<Entry> results =
                store.run(Query.all().order(Order.byKey()).limit(3)).toList();
        assertEquals(List.of(Key.of("/a/1000"), Key.of("/a/1001"), Key.of("/a/1002")), QueryEngineTest.keys(results));
        assertEquals(Direction.ASCENDING, store.scans.get(0).direction());
        assertEquals(3, store.scans.get(0).limit());
        assertEquals(3, store.read);
    }

    @Test
    void descendingKeyOrderWithALimitReadsNoMoreThanTheLimit() {
        MapScanner store = store(ALL);
        List<Entry> results =
                store.run(Query.all().order(Order.byKeyDescending()).limit(2)).toList();
        assertEquals(List.of(Key.of("/b/1999"), Key.of("/b/1998")), QueryEngineTest.keys(results));
        assertEquals(Direction.DESCENDING, store.scans.get(0).direction());
        assertEquals(2, store.read);
    }

    @Test
    void ordersBehindOneByKeyDoNotMakeItASort() {
        MapScanner store = store(ALL);
        store.run(Query.all()
                        .order(Order.byKey())
                        .order(Order.byValue())
                        .keysOnly()
                        .limit(5))
                .toList();
        assertEquals(5, store.read);
        assertEquals(0, store.valuesRead, "the order by value decides nothing");
    }

    @Test
    void aPrefixAndKeyFiltersAreOneRange() {
        MapScanner store = store(ALL);
        List<Entry> results = store.run(Query.under(Key.of("/a"))
                        .filter(Filter.key(Comparison.GREATER_OR_EQUAL, "/a/1500"))
                        .filter(Filter.keyPrefix("/a/15"))
                        .filter(Filter.key(Comparison.LESS, "/a/1510"))
                        .order(Order.byKey()))
                .toList();
        assertEquals(10, results.size());
        assertEquals(10, store.read);
        assertArrayEquals(bytes("/a/1500"), store.scans.get(0).range().from());
        assertArrayEquals(bytes("/a/1510"), store.scans.get(0).range().to().orElseThrow());
    }

    @Test
    void aRangeThatIsEmptyAndALimitOfZeroAskTheStoreNothing() {
        MapScanner store = store(ALL);
        Query nothing = Query.under(Key.of("/a")).filter(Filter.keyPrefix("/b"));
        assertEquals(List.of(), store.run(nothing).toList());
        assertEquals(List.of(), store.run(Query.all().limit(0)).toList());
        assertEquals(List.of(), store.scans);
    }

    @Test
    void aNativeOffsetIsTheStoresAndAnotherIsReadAndDropped() {
        MapScanner able = store(ALL);
        Query page = Query.all().order(Order.byKey()).offset(100).limit(10);
        able.run(page).toList();
        assertEquals(100, able.scans.get(0).offset());
        assertEquals(10, able.scans.get(0).limit());
        assertEquals(10, able.read);

        MapScanner unable = store(EnumSet.of(QueryPart.KEY_ORDER, QueryPart.KEY_RANGE));
        assertEquals(able.run(page).toList(), unable.run(page).toList());
        assertEquals(0, unable.scans.get(0).offset());
        assertEquals(110, unable.scans.get(0).limit());
        assertEquals(110, unable.read);
    }

    @Test
    void anOffsetIsNotTheStoresWhereAFilterDecidesWhatIsSkipped() {
        MapScanner store = store(ALL);
        Query query = Query.under(Key.of("/a"))
                .filter(Filter.key(Comparison.NOT_EQUAL, "/a/1000"))
                .order(Order.byKey())
                .offset(2)
                .limit(3);
        assertEquals(
                List.of(Key.of("/a/1003"), Key.of("/a/1004"), Key.of("/a/1005")),
                QueryEngineTest.keys(store.run(query).toList()));
        assertEquals(0, store.scans.get(0).offset());
        assertEquals(Query.NO_LIMIT, store.scans.get(0).limit());
        assertEquals(6, store.read, "it stops at the limit all the same");
    }

    @Test
    void offsetPlusLimitDoesNotOverflow() {
        MapScanner store = store(EnumSet.of(QueryPart.KEY_ORDER));
        Query far = Query.all().order(Order.byKey()).offset(Long.MAX_VALUE).limit(Long.MAX_VALUE);
        assertEquals(List.of(), store.run(far).toList());
        assertEquals(List.of(), store.run(far.order(Order.byValue())).toList());
        Query most = Query.all().order(Order.byValue()).offset(1999).limit(Long.MAX_VALUE - 1);
        assertEquals(1, store.run(most).toList().size());
    }

    @Test
    void valuesAreReadForAValueFilterButNotReturnedInAQueryForKeys() {
        MapScanner store = store(ALL);
        Query query = Query.under(Key.of("/a"))
                .filter(Filter.value(Comparison.EQUAL, bytes("value 0")))
                .keysOnly();
        List<Entry> results = store.run(query).toList();
        assertEquals(1, results.size());
        assertNull(results.get(0).value());
        assertEquals(Entry.UNKNOWN_SIZE, results.get(0).size());
        assertEquals(Projection.VALUES, store.scans.get(0).projection());
    }

    @Test
    void noValuesAreReadForAKeyFilterOrAnOrderByKey() {
        MapScanner store = store(EnumSet.of(QueryPart.KEYS_ONLY, QueryPart.SIZES));
        Query query = Query.all()
                .filter(Filter.matchingKey(entry -> entry.key().toString().endsWith("7")))
                .order(Order.byKeyDescending());
        assertEquals(200, store.run(query.keysOnly()).toList().size());
        assertEquals(200, store.run(query.keysAndSizes()).toList().size());
        assertEquals(0, store.valuesRead);
    }

    @Test
    void sizesComeFromValuesWhereTheStoreCannotTellThem() {
        MapScanner store = store(EnumSet.of(QueryPart.KEYS_ONLY));
        List<Entry> results =
                store.run(Query.under(Key.of("/b")).keysAndSizes().limit(1)).toList();
        assertEquals(1, results.get(0).size());
        assertNull(results.get(0).value());
        assertEquals(Projection.VALUES, store.scans.get(0).projection());
    }

    @Test
    void resultsAreReadOnlyAsTheyAreConsumed() {
        MapScanner store = store(ALL);
        QueryResults results = store.run(Query.all().order(Order.byKey()));
        assertEquals(0, store.read);
        results.next();
        assertEquals(1, store.read);
        assertTrue(results.hasNext());
        assertTrue(results.hasNext());
        assertEquals(2, store.read);
        results.close();
        assertEquals(2, store.read);
    }

    /** Far more values than fit the memory that tests have: 40,000 of 64 KiB, made when they are read. */
    private static QueryResults runOverMuchData(Query query) {
        return QueryEngine.run(query, Set.of(), scan -> new Cursor() {
            private int next;

            @Override
            public @Nullable Entry next() {
                if (next == 40_000) {
                    return null;
                }
                byte[] value = new byte[64 << 10];
                value[0] = (byte) ((next * 7919) >> 8);
                value[1] = (byte) (next * 7919);
                return Entry.of(Key.of("/" + next++), value);
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void aSortWithALimitKeepsNoMoreThanOffsetAndLimitInMemory() {
        List<Entry> results = runOverMuchData(
                        Query.all().order(Order.byValueDescending()).offset(5).limit(10))
                .toList();
        assertEquals(10, results.size());
        assertEquals((byte) 0xff, results.get(0).requireValue()[0]);
    }

    @Test
    void aSortByKeyKeepsNoValuesThatOnlyAFilterNeeded() {
        Query query = Query.all()
                .filter(Filter.matching(entry -> entry.requireValue().length > 0))
                .order(Order.byKey())
                .keysOnly();
        assertEquals(40_000, runOverMuchData(query).toList().size());
    }
}
