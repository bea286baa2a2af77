package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.QueryResults;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Counts the results of a query and tells of it as a whole when it is closed. */
final class ObservedResults implements QueryResults {

    private final QueryResults results;
    private final Key prefix;
    private final long start;
    private final Observer observer;
    private long count;
    private long bytes;
    private @Nullable Throwable failure;
    private boolean closed;

    ObservedResults(QueryResults results, Key prefix, long start, Observer observer) {
        this.results = results;
        this.prefix = prefix;
        this.start = start;
        this.observer = observer;
    }

    @Override
    public boolean hasNext() {
        try {
            return results.hasNext();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public Entry next() {
        try {
            Entry entry = results.next();
            byte[] value = entry.value();
            count++;
            bytes += value == null ? 0 : value.length;
            return entry;
        } catch (NoSuchElementException e) { // the caller's mistake
            throw e;
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            results.close();
        } catch (RuntimeException | Error e) {
            failure = failure == null ? e : failure;
            throw e;
        } finally {
            tell(System.nanoTime() - start);
        }
    }

    private void tell(long nanos) {
        Throwable first = failure;
        if (first == null) {
            observer.succeeded(Operation.QUERY, prefix, count, bytes, nanos);
        } else {
            observer.failed(Operation.QUERY, prefix, nanos, first);
        }
    }
}
