package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Asks again when a query failed: for the whole as long as nothing was shown, then in key order for what lies behind the
 * last key. In another order nothing can be told about what is left, so the failure is passed on.
 */
final class RetryResults implements QueryResults {

    private final Datastore child;
    private final Attempts attempts;
    private final Query query;
    private @Nullable QueryResults results;
    private @Nullable Entry ahead;
    private @Nullable Key last; // shown or ahead
    private long shown;
    private @Nullable Throwable failure;
    private boolean closed;

    RetryResults(Datastore child, Attempts attempts, Query query) {
        this.child = child;
        this.attempts = attempts;
        boolean inKeyOrderAnyway =
                query.orders().isEmpty() && child.nativeQueryParts().contains(QueryPart.KEY_ORDER);
        this.query = inKeyOrderAnyway ? query.order(Order.byKey()) : query;
        this.results = attempts.call(Operation.QUERY, query.prefix(), () -> child.query(rest()));
    }

    @Override
    public boolean hasNext() {
        if (ahead == null && !closed && shown < query.limit()) {
            ahead = advanceUnlessFailed();
        }
        return ahead != null;
    }

    /** Who asks again after the failure gets it again. */
    private @Nullable Entry advanceUnlessFailed() {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        try {
            boolean canBeAskedAgain = last == null || inKeyOrder();
            return canBeAskedAgain ? attempts.call(Operation.QUERY, query.prefix(), this::advance) : advance();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public Entry next() {
        Entry entry = hasNext() ? ahead : null;
        if (entry == null) {
            throw new NoSuchElementException("no more results");
        }
        ahead = null;
        return entry;
    }

    private @Nullable Entry advance() {
        QueryResults open = results;
        if (open == null) {
            open = child.query(rest());
            results = open;
        }
        try {
            if (!open.hasNext()) {
                return null;
            }
            Entry entry = open.next();
            last = entry.key();
            shown++;
            return entry;
        } catch (DatastoreException e) {
            results = null;
            open.close();
            throw e;
        }
    }

    private boolean inKeyOrder() {
        return !query.orders().isEmpty() && query.orders().get(0) instanceof Order.ByKey;
    }

    /** The query for what was not shown yet. */
    private Query rest() {
        Key key = last;
        if (key == null) {
            return query;
        }
        boolean ascending = query.orders().get(0) == Order.byKey();
        Filter behind = Filter.key(ascending ? Comparison.GREATER : Comparison.LESS, key.toString());
        long limit = query.limit() == Query.NO_LIMIT ? Query.NO_LIMIT : query.limit() - shown;
        return query.filter(behind).offset(0).limit(limit);
    }

    @Override
    public void close() {
        closed = true;
        ahead = null;
        QueryResults open = results;
        results = null;
        if (open != null) {
            open.close();
        }
    }
}
