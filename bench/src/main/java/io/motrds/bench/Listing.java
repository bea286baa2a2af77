package io.motrds.bench;

import io.motrds.api.Key;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.Locale;

/** Lists all keys, without values. */
record Listing(int keys) implements Workload {

    private static final int VALUE_BYTES = 100;

    @Override
    public String name() {
        return String.format(Locale.ROOT, "list %,d keys", keys);
    }

    @Override
    public Unit unit() {
        return Unit.KEYS_PER_SECOND;
    }

    @Override
    public Trial on(Contestant store) throws Exception {
        Filled filled = Filled.with(store, keys, VALUE_BYTES);
        return filled.trial(data -> {
            long count = 0;
            long start = System.nanoTime();
            try (QueryResults results =
                    data.query(Query.under(Key.of("/blocks")).keysOnly())) {
                for (; results.hasNext(); results.next()) {
                    count++;
                }
            }
            long nanos = System.nanoTime() - start;
            filled.requireSame(count, keys);
            return Run.of((double) count, nanos);
        });
    }
}
