package io.motrds.bench;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.RequestCount;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.bench.Report.Growth;
import io.motrds.bench.Report.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What an operation costs a store as it grows, tenfold each time: in time, and in requests where the store counts them. */
final class GrowthRun {

    private static final int VALUE_BYTES = 100;
    private static final int PAGE = 100;
    private static final String PAGES = "page of 100 keys";
    private static final int SLICES = 5;
    private static final long SLICE_NANOS = 60_000_000;

    private interface Once {
        void call(Datastore store, long stored);
    }

    private static final Map<String, Once> OPERATIONS = operations();

    private final Contestant contestant;
    private final Progress progress;
    private final Map<String, List<Point>> costs = new LinkedHashMap<>();
    private final Map<String, List<Point>> requests = new LinkedHashMap<>();
    private long extra = 1L << 40; // numbers of keys that are put besides those that are counted

    GrowthRun(Contestant contestant, Progress progress) {
        this.contestant = contestant;
        this.progress = progress;
    }

    private static Map<String, Once> operations() {
        Map<String, Once> all = new LinkedHashMap<>();
        all.put("get", (store, stored) -> require(store.get(some(stored)).isPresent()));
        all.put("has", (store, stored) -> require(store.has(some(stored))));
        all.put("has, absent key", (store, stored) -> require(!store.has(some(-stored))));
        all.put(PAGES, (store, stored) -> page(store, some(stored)));
        return all;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the store lacks what was put, or has what was not");
        }
    }

    /** A key among those stored; of those that are not, for a negative number. */
    private static Key some(long stored) {
        long number = ThreadLocalRandom.current().nextLong(Math.abs(stored));
        return Content.key(stored > 0 ? number : -1 - number);
    }

    private static void page(Datastore store, Key from) {
        Query query = Query.under(Key.of("/blocks"))
                .filter(Filter.key(Comparison.GREATER_OR_EQUAL, from.toString()))
                .order(Order.byKey())
                .limit(PAGE)
                .keysOnly();
        try (QueryResults results = store.query(query)) {
            require(results.hasNext() && results.next().key().equals(from));
            results.forEachRemaining(entry -> {});
        }
    }

    /** Measures at 1,000 keys and each ten times as many up to a number. */
    List<Growth> upTo(int most) throws Exception {
        Filled filled = Filled.with(contestant, 0, VALUE_BYTES);
        try {
            for (int keys = 1_000; keys <= most; keys *= 10) {
                progress.show("growth: " + contestant.name() + ", filling to " + keys);
                filled.upTo(keys, VALUE_BYTES);
                progress.show("growth: " + contestant.name() + " at " + keys);
                for (Map.Entry<String, Once> operation : OPERATIONS.entrySet()) {
                    if (operation.getKey().equals(PAGES) && contestant.isYardstick()) {
                        continue; // yardsticks know only queries for all keys
                    }
                    measure(filled.store(), operation.getKey(), operation.getValue(), keys);
                }
                measure(filled.store(), "put, new key", (store, n) -> putNew(store), keys);
            }
        } finally {
            filled.close();
        }
        List<Growth> all = new ArrayList<>();
        costs.forEach(
                (operation, points) -> all.add(new Growth(contestant.name(), operation, Unit.MICROSECONDS, points)));
        requests.forEach(
                (operation, points) -> all.add(new Growth(contestant.name(), operation, Unit.REQUESTS, points)));
        return all;
    }

    private void putNew(Datastore store) {
        store.put(Content.key(extra++), new byte[VALUE_BYTES]);
    }

    private void measure(Datastore store, String operation, Once once, long keys) {
        once.call(store, keys); // a first call opens what later ones find open
        Optional<RequestCount> counter = store.feature(RequestCount.class);
        long before = counter.map(RequestCount::requests).orElse(0L);
        long calls = 0;
        List<Double> micros = new ArrayList<>();
        for (int slice = 0; slice < SLICES; slice++) {
            long start = System.nanoTime();
            long nanos = 0;
            long done = 0;
            while (nanos < SLICE_NANOS) {
                once.call(store, keys);
                done++;
                nanos = System.nanoTime() - start;
            }
            micros.add(nanos / 1e3 / done);
            calls += done;
        }
        costs.computeIfAbsent(operation, name -> new ArrayList<>()).add(new Point(keys, Summary.of(micros)));
        if (counter.isPresent()) {
            double each = (counter.get().requests() - before) / (double) calls;
            requests.computeIfAbsent(operation, name -> new ArrayList<>())
                    .add(new Point(keys, Summary.of(List.of(each))));
        }
    }
}
