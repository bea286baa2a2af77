package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rules of closing: nothing works on a closed store, and nothing pretends to. */
interface ClosingRules extends StoreRules {

    @Test
    default void aClosedStoreRefusesEveryMethod() {
        Datastore store = store();
        Key key = Key.of("/key");
        store.put(key, Bytes.of("value"));
        store.close();
        Map<String, Executable> methods = new LinkedHashMap<>();
        methods.put("get", () -> store.get(key));
        methods.put("get of an absent key", () -> store.get(Key.of("/absent")));
        methods.put("getAll", () -> store.getAll(List.of(key)));
        methods.put("getAll of no keys", () -> store.getAll(List.of()));
        methods.put("has", () -> store.has(key));
        methods.put("size", () -> store.size(key));
        methods.put("put", () -> store.put(key, new byte[1]));
        methods.put("delete", () -> store.delete(key));
        methods.put("query", () -> store.query(Query.all()).toList());
        methods.put(
                "a query of nothing", () -> store.query(Query.all().limit(0)).toList());
        methods.put("batch", () -> {
            try (Batch batch = store.batch()) {
                batch.put(key, new byte[1]);
                batch.commit();
            }
        });
        methods.put("sync", () -> store.sync(Key.ROOT));
        methods.forEach((name, method) ->
                Expect.failure(DatastoreClosedException.class, method, "a closed store refuses " + name));
    }

    @Test
    default void theFeaturesOfAClosedStoreAreRefused() {
        Datastore store = store();
        Key key = Key.of("/key");
        Map<String, Executable> methods = new LinkedHashMap<>();
        store.feature(DiskUsage.class).ifPresent(usage -> methods.put("disk usage", usage::diskUsageBytes));
        store.feature(ConsistencyCheck.class).ifPresent(check -> methods.put("check", check::check));
        store.feature(Scrub.class).ifPresent(scrub -> methods.put("scrub", scrub::scrub));
        store.feature(GarbageCollection.class).ifPresent(gc -> methods.put("collecting garbage", gc::collectGarbage));
        store.feature(Expiry.class).ifPresent(expiry -> {
            Duration hour = Duration.ofHours(1);
            methods.put("put with a time to live", () -> expiry.put(key, new byte[1], hour));
            methods.put("setting a time to live", () -> expiry.setTimeToLive(key, hour));
            methods.put("asking for the expiration", () -> expiry.expiration(key));
        });
        store.feature(Transactions.class).ifPresent(transactions -> {
            Transaction open = transactions.begin();
            open.put(key, new byte[1]);
            methods.put("a transaction", transactions::begin);
            methods.put("a transaction's get", () -> open.get(Key.of("/other")));
            methods.put("a transaction's commit", open::commit);
        });
        store.close();
        methods.forEach((name, method) ->
                Expect.failure(DatastoreClosedException.class, method, "a closed store refuses " + name));
    }

    @Test
    default void closingTwiceDoesNothing() {
        store().close();
        store().close();
        Expect.failure(
                DatastoreClosedException.class, () -> store().get(Key.ROOT), "a store that was closed twice is closed");
    }

    @Test
    default void aBatchDoesNotOutliveItsStore() {
        Datastore store = store();
        Batch batch = store.batch();
        batch.put(Key.of("/late"), Bytes.of("x"));
        store.close();
        Expect.failure(
                DatastoreClosedException.class,
                () -> batch.put(Key.of("/later"), new byte[1]),
                "a batch takes nothing after the store was closed");
        Expect.failure(
                DatastoreClosedException.class, batch::commit, "a batch is not committed after the store was closed");
        batch.close();
        Expect.absent(reopened(), Key.of("/late"), "a batch that was not committed leaves nothing");
    }

    @Test
    default void resultsEndWithAFailureWhenTheStoreCloses() {
        List<Query> queries = List.of(
                Query.all(),
                Query.all().keysOnly(),
                Query.all().order(Order.byKey()),
                Query.all().order(Order.byKeyDescending()).limit(1_500),
                Query.under(Key.of("/open")).offset(10),
                Query.all().filter(Filter.matching(entry -> true)),
                Query.all().order(Order.byValue()));
        Datastore store = store();
        for (int i = 0; i < 2_000; i++) { // more than any store reads ahead
            store.put(Key.of("/open/" + i), Bytes.random(100, i));
        }
        Map<Query, QueryResults> begun = new LinkedHashMap<>();
        Map<Query, QueryResults> untouched = new LinkedHashMap<>();
        for (Query query : queries) {
            QueryResults results = store.query(query);
            results.next();
            begun.put(query, results);
            untouched.put(query, store.query(query));
        }
        store.close();
        List<QueryResults> all = new ArrayList<>();
        begun.forEach((query, results) -> {
            endsWithFailure(results, "results never just end early; they fail when the store closes: " + query);
            all.add(results);
        });
        untouched.forEach((query, results) -> {
            endsWithFailure(results, "results that nobody read yet fail when the store was closed: " + query);
            all.add(results);
        });
        all.forEach(QueryResults::close);
        all.forEach(
                results -> assertFalse(results.hasNext(), "closed results have no next entry, store closed or not"));
    }

    private static void endsWithFailure(QueryResults results, String rule) {
        Expect.failure(
                DatastoreClosedException.class,
                () -> {
                    while (results.hasNext()) { // a few that were read ahead may still come
                        results.next();
                    }
                },
                rule);
    }
}
