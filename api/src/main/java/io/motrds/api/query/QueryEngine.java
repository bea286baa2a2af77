package io.motrds.api.query;

import io.motrds.api.query.Scan.Direction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers any query over a store's scan: tells the store the parts that it declared, and does the others.
 *
 * <p>Everything streams but a sort. A sort with a limit keeps no more than offset and limit entries in memory, one
 * without a limit keeps all results. Ascending key order is no sort in a store that declares {@link QueryPart#KEY_ORDER}.
 */
public final class QueryEngine {

    /** A store's scan. */
    @FunctionalInterface
    public interface Scanner {
        /** Starts to read. */
        Cursor scan(Scan scan);
    }

    private QueryEngine() {}

    /**
     * Answers a query.
     *
     * @param query the query
     * @param done what the store does itself
     * @param scanner reads the store
     */
    public static QueryResults run(Query query, Set<QueryPart> done, Scanner scanner) {
        KeyRange range = KeyRange.under(query.prefix());
        List<Filter> filters = new ArrayList<>();
        for (Filter filter : query.filters()) {
            Optional<KeyRange> narrower = asRange(filter);
            if (narrower.isPresent()) {
                range = range.and(narrower.get());
            } else {
                filters.add(filter);
            }
        }
        if (range.isEmpty() || query.limit() == 0) {
            return new Results(query, List.of(), 0, EMPTY);
        }
        if (!done.contains(QueryPart.KEY_RANGE) && !range.equals(KeyRange.ALL)) {
            KeyRange wanted = range;
            filters.add(0, Filter.matchingKey(entry -> wanted.contains(entry.key())));
        }

        List<Order> orders = uptoKey(query.orders());
        Direction direction = direction(orders, done);
        boolean sorted = orders.isEmpty() || direction != Direction.ANY;
        boolean exact = sorted && filters.isEmpty(); // every entry of the scan is a result, in sequence
        boolean skips = exact && done.contains(QueryPart.OFFSET);
        boolean looksAtValues = filters.stream().anyMatch(Filter::needsValue)
                || (!sorted && orders.stream().anyMatch(Order::needsValue));
        Projection projection = looksAtValues ? Projection.VALUES : query.projection();
        if (projection == Projection.KEYS_AND_SIZES && !done.contains(QueryPart.SIZES)) {
            projection = Projection.VALUES;
        }

        Scan scan = new Scan(
                range,
                direction,
                skips ? query.offset() : 0,
                exact ? (skips ? query.limit() : plus(query.offset(), query.limit())) : Query.NO_LIMIT,
                projection);
        long toSkip = skips ? 0 : query.offset();
        if (sorted) {
            return new Results(query, filters, toSkip, scanner.scan(scan));
        }
        Comparator<Entry> order = comparator(orders); // before the scan, so that a bad one leaves nothing open
        boolean byValue = orders.stream().anyMatch(Order::needsValue);
        return new Results(query, List.of(), toSkip, new Sorting(scanner.scan(scan), query, filters, order, byValue));
    }

    /** The key range that says the same as the filter, if one does. */
    private static Optional<KeyRange> asRange(Filter filter) {
        if (filter instanceof Filter.KeyPrefix prefix) {
            return Optional.of(KeyRange.startingWith(prefix.text().getBytes(StandardCharsets.UTF_8)));
        }
        if (filter instanceof Filter.KeyCompare compare) {
            return KeyRange.comparing(compare.comparison(), compare.text().getBytes(StandardCharsets.UTF_8));
        }
        return Optional.empty();
    }

    /** The orders up to the first by key: no two entries have one key, so nothing behind it decides. */
    private static List<Order> uptoKey(List<Order> orders) {
        for (int i = 0; i < orders.size(); i++) {
            if (orders.get(i) instanceof Order.ByKey) {
                return orders.subList(0, i + 1);
            }
        }
        return orders;
    }

    private static Direction direction(List<Order> orders, Set<QueryPart> done) {
        if (orders.size() == 1 && orders.get(0) instanceof Order.ByKey byKey) {
            boolean ascending = byKey == Order.ByKey.ASCENDING;
            if (done.contains(ascending ? QueryPart.KEY_ORDER : QueryPart.KEY_ORDER_DESCENDING)) {
                return ascending ? Direction.ASCENDING : Direction.DESCENDING;
            }
        }
        return Direction.ANY;
    }

    private static Comparator<Entry> comparator(List<Order> orders) {
        return orders.stream()
                .map(Order::comparator)
                .reduce(Comparator::thenComparing)
                .orElseThrow()
                .thenComparing(Entry::key);
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Query.NO_LIMIT : sum;
    }

    private static boolean test(List<Filter> filters, Entry entry) {
        for (Filter filter : filters) {
            if (!filter.test(entry)) {
                return false;
            }
        }
        return true;
    }

    /** Leaves out what was not asked for. */
    private static Entry trim(Entry entry, Projection projection) {
        return switch (projection) {
            case KEYS -> entry.value() == null && entry.size() == Entry.UNKNOWN_SIZE ? entry : Entry.ofKey(entry.key());
            case KEYS_AND_SIZES -> Entry.ofSize(entry.key(), entry.size());
            case VALUES -> entry;
        };
    }

    private static final Cursor EMPTY = new Cursor() {
        @Override
        public @Nullable Entry next() {
            return null;
        }

        @Override
        public void close() {}
    };

    /** Sorts at the first use. Keeps the best offset + limit entries in a heap whose head is the worst of them. */
    private static final class Sorting implements Cursor {
        private final Cursor source;
        private final List<Filter> filters;
        private final Comparator<Entry> order;
        private final long keep;
        private final Projection kept; // of each entry in memory
        private @Nullable List<Entry> sorted;
        private int position;

        Sorting(Cursor source, Query query, List<Filter> filters, Comparator<Entry> order, boolean byValue) {
            this.source = source;
            this.filters = filters;
            this.order = order;
            this.keep = plus(query.offset(), query.limit());
            this.kept = byValue ? Projection.VALUES : query.projection();
        }

        @Override
        public @Nullable Entry next() {
            List<Entry> entries = sorted;
            if (entries == null) {
                entries = sort();
                sorted = entries;
            }
            return position < entries.size() ? entries.get(position++) : null;
        }

        private List<Entry> sort() {
            PriorityQueue<Entry> best = new PriorityQueue<>(order.reversed());
            for (Entry entry = source.next(); entry != null; entry = source.next()) {
                if (test(filters, entry)) {
                    best.add(trim(entry, kept));
                    if (best.size() > keep) {
                        best.remove();
                    }
                }
            }
            List<Entry> entries = new ArrayList<>(best);
            entries.sort(order);
            return entries;
        }

        @Override
        public void close() {
            sorted = List.of();
            source.close();
        }
    }

    /** Filters, skips and limits what a cursor gives, and leaves out what was not asked for. */
    private static final class Results implements QueryResults {
        private final Query query;
        private final List<Filter> filters;
        private final Cursor cursor;
        private long toSkip;
        private long toReturn;
        private @Nullable Entry ahead;
        private @Nullable Throwable failure;
        private boolean closed;

        Results(Query query, List<Filter> filters, long toSkip, Cursor cursor) {
            this.query = query;
            this.filters = filters;
            this.cursor = cursor;
            this.toSkip = toSkip;
            this.toReturn = query.limit();
        }

        @Override
        public boolean hasNext() {
            if (ahead == null && toReturn > 0) {
                ahead = advanceUnlessFailed();
                toReturn = ahead == null ? 0 : toReturn - 1;
            }
            return ahead != null;
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

        /** Who asks again after a failure gets it again: results that went on would lack what was lost. */
        private @Nullable Entry advanceUnlessFailed() {
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            try {
                return advance();
            } catch (RuntimeException | Error e) {
                failure = e;
                throw e;
            }
        }

        private @Nullable Entry advance() {
            for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                if (test(filters, entry) && toSkip-- <= 0) {
                    return trim(entry, query.projection());
                }
            }
            return null;
        }

        @Override
        public void close() {
            toReturn = 0;
            ahead = null;
            if (!closed) {
                closed = true;
                cursor.close();
            }
        }
    }
}
