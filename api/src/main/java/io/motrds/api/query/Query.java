package io.motrds.api.query;

import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * What to ask a datastore. Applied in this sequence: prefix, filters, orders, offset, limit.
 *
 * <p>Immutable: each method returns a new query.
 *
 * <pre>{@code
 * Query page = Query.under(Key.of("/blocks")).order(Order.byKey()).limit(100).keysOnly();
 * try (QueryResults results = store.query(page)) {
 *     results.forEachRemaining(entry -> System.out.println(entry.key()));
 * }
 * }</pre>
 *
 * @param prefix selects its strict children: {@code /a} selects {@code /a/b}, not {@code /a} nor {@code /ab}; {@code /}
 *     selects every key
 * @param filters conditions that must all hold
 * @param orders the first decides, the others where it sees no difference, the key last; empty for any order
 * @param offset how many results to skip, at least 0
 * @param limit how many results to return at most, at least 0; {@link #NO_LIMIT} for all
 * @param projection how much of each entry to give
 */
public record Query(
        Key prefix, List<Filter> filters, List<Order> orders, long offset, long limit, Projection projection) {

    /** The limit of a query without one. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** Checks offset and limit and copies the lists. */
    public Query {
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative: " + offset);
        }
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        filters = List.copyOf(filters);
        orders = List.copyOf(orders);
    }

    /** Every key with its value. */
    public static Query all() {
        return under(Key.ROOT);
    }

    /** The strict children of a key, with their values. */
    public static Query under(Key prefix) {
        return new Query(prefix, List.of(), List.of(), 0, NO_LIMIT, Projection.VALUES);
    }

    /** With one more filter. */
    public Query filter(Filter filter) {
        return new Query(prefix, append(filters, filter), orders, offset, limit, projection);
    }

    /** With one more order, which decides where those before it see no difference. */
    public Query order(Order order) {
        return new Query(prefix, filters, append(orders, order), offset, limit, projection);
    }

    /** Skipping the first results. */
    public Query offset(long offset) {
        return new Query(prefix, filters, orders, offset, limit, projection);
    }

    /** Returning at most this many results. */
    public Query limit(long limit) {
        return new Query(prefix, filters, orders, offset, limit, projection);
    }

    /** Without values. */
    public Query keysOnly() {
        return new Query(prefix, filters, orders, offset, limit, Projection.KEYS);
    }

    /** Without values, with their sizes. */
    public Query keysAndSizes() {
        return new Query(prefix, filters, orders, offset, limit, Projection.KEYS_AND_SIZES);
    }

    private static <T> List<T> append(List<T> list, T last) {
        List<T> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
