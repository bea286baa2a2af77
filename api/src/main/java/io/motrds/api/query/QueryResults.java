package io.motrds.api.query;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The results of a query, read from the store while they are consumed. Must be closed. Not thread-safe.
 *
 * <p>A failure of the store is thrown from {@link #hasNext} and {@link #next} as a {@link
 * io.motrds.api.DatastoreException}; the results never just end early.
 */
public interface QueryResults extends Iterator<Entry>, AutoCloseable {

    /** Gives back what the results hold. After it there is no next entry. Closing twice does nothing. */
    @Override
    void close();

    /** All results that remain, in memory; closes these results. */
    default List<Entry> toList() {
        try (this) {
            List<Entry> entries = new ArrayList<>();
            forEachRemaining(entries::add);
            return entries;
        }
    }
}
