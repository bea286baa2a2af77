package io.motrds.api.spi;

import io.motrds.api.query.Entry;
import io.motrds.api.query.QueryResults;

/** Results that end with their store, also those that a sort holds in memory already. Not thread-safe. */
public final class GuardedResults implements QueryResults {

    private final QueryResults results;
    private final Runnable checkOpen;
    private boolean done;

    /**
     * Guarded results.
     *
     * @param checkOpen throws when the store is closed
     */
    public GuardedResults(QueryResults results, Runnable checkOpen) {
        this.results = results;
        this.checkOpen = checkOpen;
    }

    @Override
    public boolean hasNext() {
        if (!done) {
            checkOpen.run();
        }
        return results.hasNext();
    }

    @Override
    public Entry next() {
        if (!done) {
            checkOpen.run();
        }
        return results.next();
    }

    @Override
    public void close() {
        done = true;
        results.close();
    }
}
