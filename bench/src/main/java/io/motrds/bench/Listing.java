package io.motrds.bench;

import io.motrds.api.Key;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.Locale;

/** Lists all keys, without values. */
record Listing(int keys) implements Workload {

    private static final int VALUE_BYTES = 100;

    /** More objects than this take minutes to be put through S3. */
    static final int MOST_OVER_S3 = 10_000;

    @Override
    public String name() {
        return String.format(Locale.ROOT, "list %,d keys", keys);
    }

    @Override
    public Unit unit() {
        return Unit.KEYS_PER_SECOND;
    }

    @Override
    public boolean takes(Contestant contestant) {
        return keys <= MOST_OVER_S3 || !contestant.type().contains("s3");
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
