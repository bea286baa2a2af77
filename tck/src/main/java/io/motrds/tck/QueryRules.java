package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Rules of what a query gives: prefix, filters, orders, offset, limit, projection, and every combination of them. */
interface QueryRules extends StoreRules {

    /** Keys beside, below and above one another, {@code 4 * count} of them, with values of 64 random bytes. */
    static Map<Key, byte[]> sampleData(int count) {
        Map<Key, byte[]> data = new LinkedHashMap<>();
        for (String form : List.of("%dkey%d", "/prefix/%dkey%d", "/prefix/sub/%dkey%d", "/capital/%dKEY%d")) {
            for (int i = 0; i < count; i++) {
                data.put(Key.of(String.format(form, i, i)), Bytes.random(64, data.size()));
            }
        }
        return data;
    }

    private Map<Key, byte[]> putSamples(int count) {
        Map<Key, byte[]> data = sampleData(count);
        data.forEach(store()::put);
        return data;
    }

    /** That the query gives what it means. */
    private void check(Query query, Map<Key, byte[]> data, String rule) {
        List<Entry> expected = PlainQuery.run(query, data);
        List<Entry> actual = store().query(query).toList();
        String broken = rule + ": " + query + " of " + data.size() + " keys";
        if (!query.orders().isEmpty()) {
            assertEquals(
                    keys(expected), keys(actual), () -> broken + " gives the keys in the order that was asked for");
            assertEquals(expected, actual, () -> broken + " gives each key its own value and size");
        } else if (query.offset() == 0 && query.limit() >= data.size()) {
            Expect.entries(actual, expected, broken);
        } else { // any of those that match, but the right number of them
            Query everything = query.offset(0).limit(Query.NO_LIMIT);
            assertEquals(expected.size(), actual.size(), () -> broken + " gives as many as offset and limit leave");
            assertEquals(actual.size(), new TreeSet<>(keys(actual)).size(), () -> broken + " gives a key twice");
            assertTrue(
                    PlainQuery.run(everything, data).containsAll(actual), () -> broken + " gives what does not match");
        }
    }

    private static List<Key> keys(List<Entry> entries) {
        return entries.stream().map(Entry::key).toList();
    }

    @Test
    default void aPrefixMeansTheSameHoweverItIsWritten() {
        Map<Key, byte[]> data = putSamples(100);
        for (String prefix : List.of(
                "", "/", "/./", "/.././/", "/prefix/../", "/prefix", "/prefix/", "/prefix/sub/", "/0/", "/bad/")) {
            check(Query.under(Key.of(prefix)), data, "a prefix selects what lies below it");
        }
    }

    @Test
    default void ordersDecideOneAfterTheOther() {
        Map<Key, byte[]> data = putSamples(100);
        int[] lengths = {3, 0, 7, 3, 1};
        for (int i = 0; i < 50; i++) { // equal values, so that a later order has something to decide
            data.put(Key.of("/tie/" + i), Arrays.copyOf(Bytes.of("tie"), lengths[i % lengths.length]));
        }
        data.forEach(store()::put);
        Comparator<Entry> byLength = Comparator.comparing(entry -> entry.requireValue().length);
        Comparator<Entry> byLastCharacter = Comparator.comparing(
                entry -> entry.key().toString().substring(entry.key().toString().length() - 1));
        List<List<Order>> orders = List.of(
                List.of(Order.byKey()),
                List.of(Order.byKeyDescending()),
                List.of(Order.byValue()),
                List.of(Order.byValueDescending()),
                List.of(Order.byValue(), Order.byKey()),
                List.of(Order.byValue(), Order.byKeyDescending()),
                List.of(Order.byValueDescending(), Order.byKeyDescending()),
                List.of(Order.by((a, b) -> Arrays.compareUnsigned(a.requireValue(), b.requireValue()))),
                List.of(Order.by(byLength), Order.byKeyDescending()),
                List.of(Order.byKey(byLastCharacter), Order.by(byLength), Order.byKeyDescending()),
                List.of(Order.by(byLength), Order.byValueDescending()),
                List.of(Order.byKeyDescending(), Order.byValue()));
        for (List<Order> each : orders) {
            Query query = Query.all();
            for (Order order : each) {
                query = query.order(order);
            }
            check(query, data, "the first order decides, the next where it sees no difference, the key last");
            check(query.keysOnly(), data, "orders hold in a query for keys only");
            check(query.offset(20).limit(30), data, "orders hold with offset and limit");
        }
    }

    @Test
    default void offsetAndLimitCutTheResults() {
        Map<Key, byte[]> data = putSamples(100);
        int all = data.size();
        long[] offsets = {0, 1, 10, 50, all - 5L, all - 1L, all, all + 1L, 2L * all, Long.MAX_VALUE - 1, Long.MAX_VALUE
        };
        long[] limits = {0, 1, 10, 20, all - 1L, all, all + 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        for (long offset : offsets) {
            for (long limit : limits) {
                Query query = Query.all().offset(offset).limit(limit).keysOnly();
                String rule = "offset skips and limit ends, whatever their size";
                check(query, data, rule);
                check(query.order(Order.byKey()), data, rule);
                check(query.order(Order.byKeyDescending()), data, rule);
                check(
                        query.order(Order.byKey())
                                .filter(Filter.matchingKey(e -> e.key().length() % 2 == 0)),
                        data,
                        rule);
                if (offset % 10 == 0 && limit % 10 == 0) {
                    check(query.order(Order.byValue()), data, rule);
                }
            }
        }
    }

    @Test
    default void filtersMustAllHold() {
        Map<Key, byte[]> data = putSamples(100);
        byte[] value = Bytes.random(64, 17);
        List<List<Filter>> filters = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            for (String key : List.of("/0key0", "/2", "/prefix", "/prefix/", "/", "", "/capital/9KEY9", "zzz", "/😀")) {
                filters.add(List.of(Filter.key(comparison, key)));
            }
            filters.add(List.of(Filter.value(comparison, value)));
            filters.add(List.of(Filter.value(comparison, new byte[0])));
            filters.add(List.of(Filter.value(comparison, value), Filter.key(comparison, "/prefix/50key50")));
        }
        for (String text : List.of("/0key0", "/0", "/prefix", "/prefix/", "/prefix/sub/1", "/", "", "0", "/nothing")) {
            filters.add(List.of(Filter.keyPrefix(text)));
        }
        filters.add(List.of(Filter.matching(entry -> entry.requireValue()[0] > 0)));
        filters.add(List.of(Filter.matchingKey(entry -> entry.key().length() % 2 == 0)));
        filters.add(List.of(
                Filter.keyPrefix("/prefix/"),
                Filter.key(Comparison.GREATER, "/prefix/2"),
                Filter.key(Comparison.LESS_OR_EQUAL, "/prefix/sub/5"),
                Filter.matching(entry -> entry.requireValue()[1] > 0)));
        filters.add(List.of(Filter.keyPrefix("/prefix"), Filter.keyPrefix("/capital")));
        for (List<Filter> each : filters) {
            Query query = Query.all();
            for (Filter filter : each) {
                query = query.filter(filter);
            }
            check(query, data, "every filter must hold");
            check(query.keysOnly().order(Order.byKeyDescending()), data, "filters see values in a query for keys only");
        }
    }

    @Test
    default void aQueryGivesWhatItsProjectionNames() {
        Map<Key, byte[]> data = putSamples(100);
        data.put(Key.of("/empty"), new byte[0]);
        data.put(Key.of("/large"), Bytes.random(300_000, 5));
        data.forEach(store()::put);
        for (Query query :
                List.of(Query.all(), Query.under(Key.of("/prefix")), Query.all().order(Order.byKey()))) {
            check(query, data, "a query gives keys, values and sizes");
            check(query.keysOnly(), data, "a query for keys only gives neither values nor sizes");
            check(query.keysAndSizes(), data, "a query for keys and sizes gives sizes and no values");
            check(
                    query.keysAndSizes().filter(Filter.value(Comparison.GREATER, new byte[] {50})),
                    data,
                    "a filter of values does not bring values into a query for sizes");
            check(query.keysAndSizes().order(Order.byValue()), data, "an order by values does not bring them, either");
        }
    }

    @Test
    default void everyCombinationOfPartsGivesWhatItMeans() {
        for (int count : new int[] {0, 1, 100}) {
            Map<Key, byte[]> data = putSamples(count);
            for (Query query : combinations(count)) {
                check(query, data, "the parts of a query are applied in their sequence");
            }
        }
    }

    private static List<Query> combinations(int count) {
        List<Query> queries = new ArrayList<>();
        for (String prefix : List.of("", "/prefix", "/0")) { // keys start with /0, but none lies below it
            queries.add(Query.under(Key.of(prefix)));
        }
        List<Filter> filters = List.of(
                Filter.key(Comparison.EQUAL, "/0key0"), Filter.key(Comparison.LESS, "/2"), Filter.keyPrefix("/"));
        queries = each(queries, filters, Query::filter);
        List<List<Order>> orders = List.of(
                List.of(Order.byKey()),
                List.of(Order.byKeyDescending()),
                List.of(Order.byValue(), Order.byKey()),
                List.of(Order.by((a, b) -> Arrays.compareUnsigned(a.requireValue(), b.requireValue()))));
        queries = each(queries, orders, (query, list) -> {
            Query ordered = query;
            for (Order order : list) {
                ordered = ordered.order(order);
            }
            return ordered;
        });
        queries = each(queries, List.of(0L, count / 10L, Math.max(0L, count - 5L), (long) count), Query::offset);
        queries = each(queries, List.of(0L, 1L, count / 10L, (long) count), Query::limit);
        for (int i = 0; i < queries.size(); i += 3) {
            queries.set(i, queries.get(i).keysOnly());
        }
        return queries;
    }

    private static <T> List<Query> each(List<Query> queries, List<T> parts, BiFunction<Query, T, Query> with) {
        List<Query> longer = new ArrayList<>();
        for (Query query : queries) {
            parts.forEach(part -> longer.add(with.apply(query, part)));
        }
        return longer;
    }

    @Test
    default void manyKeysAreAllShown() {
        Map<Key, byte[]> data = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) { // more than a page of any store's listing
            data.put(Key.of("/many/" + i), Bytes.of("value " + i));
        }
        data.forEach(store()::put);
        check(Query.all().keysOnly(), data, "a query shows every key once, however many there are");
        check(Query.all(), data, "a query shows every key with its value");
        check(Query.all().order(Order.byKey()), data, "an ordered query shows every key");
        check(Query.all().order(Order.byKeyDescending()).keysOnly(), data, "a descending query shows every key");
    }

    @Test
    default void pagesByKeyShowEveryKeyOnce() {
        Map<Key, byte[]> data = putSamples(50);
        for (int pageSize : new int[] {1, 7, 200, 1000}) {
            for (boolean ascending : new boolean[] {true, false}) {
                List<Key> paged = pages(Query.under(Key.of("/prefix")), pageSize, ascending);
                Query whole = Query.under(Key.of("/prefix")).order(ascending ? Order.byKey() : Order.byKeyDescending());
                assertEquals(
                        keys(PlainQuery.run(whole, data)),
                        paged,
                        "pages of " + pageSize + " that each start behind the last key show every key once, in order");
            }
        }
    }

    private List<Key> pages(Query query, int pageSize, boolean ascending) {
        Query page = query.order(ascending ? Order.byKey() : Order.byKeyDescending())
                .limit(pageSize)
                .keysOnly();
        Comparison behind = ascending ? Comparison.GREATER : Comparison.LESS;
        List<Key> paged = new ArrayList<>();
        List<Entry> entries = store().query(page).toList();
        while (!entries.isEmpty() && paged.size() < 10_000) { // the bound ends a store that ignores the filter
            paged.addAll(keys(entries));
            String last = paged.get(paged.size() - 1).toString();
            entries = store().query(page.filter(Filter.key(behind, last))).toList();
        }
        return paged;
    }

    @Test
    default void aQuerySeesEveryWriteThatReturnedBefore() {
        Datastore store = store();
        Map<Key, byte[]> data = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            Key key = Key.of("/seen/" + i % 15);
            byte[] value = Bytes.of("value " + i);
            if (i % 4 == 3) {
                store.delete(key);
                data.remove(key);
            } else {
                store.put(key, value);
                data.put(key, value);
            }
            check(Query.all(), data, "a query sees every write that returned before it");
        }
    }
}
