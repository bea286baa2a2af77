package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Order;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.query.Scan.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about queries. */
final class FaultyQueries {

    private FaultyQueries() {}

    /** Asks the correct store another query than it was asked. */
    private static Datastore asking(@Nullable Path folder, UnaryOperator<Query> other) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public QueryResults query(Query query) {
                return super.query(other.apply(query));
            }
        };
    }

    /** Scans otherwise than it was asked to. */
    private static Datastore scanning(@Nullable Path folder, UnaryOperator<Scan> other) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized Cursor scan(Scan scan) {
                return super.scan(other.apply(scan));
            }
        };
    }

    /** Reads the results otherwise. */
    private static Datastore reading(@Nullable Path folder, UnaryOperator<QueryResults> other) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public QueryResults query(Query query) {
                return other.apply(super.query(query));
            }
        };
    }

    /** Results that forward everything. */
    private static class ForwardingResults implements QueryResults {
        final QueryResults results;

        ForwardingResults(QueryResults results) {
            this.results = results;
        }

        @Override
        public boolean hasNext() {
            return results.hasNext();
        }

        @Override
        public Entry next() {
            return results.next();
        }

        @Override
        public void close() {
            results.close();
        }
    }

    static Datastore ignoresTheOffset(@Nullable Path folder) {
        return scanning(folder, scan -> new Scan(scan.range(), scan.direction(), 0, scan.limit(), scan.projection()));
    }

    static Datastore takesTheLimitForOneLess(@Nullable Path folder) {
        return asking(
                folder, query -> query.limit() == Query.NO_LIMIT ? query : query.limit(Math.max(0, query.limit() - 1)));
    }

    static Datastore ignoresTheSecondFilter(@Nullable Path folder) {
        return asking(
                folder,
                query -> new Query(
                        query.prefix(),
                        query.filters().stream().limit(1).toList(),
                        query.orders(),
                        query.offset(),
                        query.limit(),
                        query.projection()));
    }

    static Datastore ignoresTheSecondOrder(@Nullable Path folder) {
        return asking(
                folder,
                query -> new Query(
                        query.prefix(),
                        query.filters(),
                        query.orders().stream().limit(1).toList(),
                        query.offset(),
                        query.limit(),
                        query.projection()));
    }

    static Datastore sortsByUtf16(@Nullable Path folder) {
        return asking(folder, query -> {
            List<Order> orders = new ArrayList<>();
            Comparator<Entry> byText = Comparator.comparing(entry -> entry.key().toString());
            for (Order order : query.orders()) {
                boolean byKey = order == Order.byKey() || order == Order.byKeyDescending();
                orders.add(byKey ? Order.byKey(order == Order.byKey() ? byText : byText.reversed()) : order);
            }
            return new Query(
                    query.prefix(), query.filters(), orders, query.offset(), query.limit(), query.projection());
        });
    }

    static Datastore ignoresTheDirection(@Nullable Path folder) {
        return scanning(
                folder,
                scan -> new Scan(scan.range(), Direction.ASCENDING, scan.offset(), scan.limit(), scan.projection()));
    }

    static Datastore prefixSelectsNeighbours(@Nullable Path folder) {
        return asking(
                folder,
                query -> prefixAsFilter(query, Filter.keyPrefix(query.prefix().toString())));
    }

    static Datastore prefixSelectsItself(@Nullable Path folder) {
        return asking(
                folder,
                query -> prefixAsFilter(
                        query,
                        Filter.matchingKey(entry -> entry.key().equals(query.prefix())
                                || entry.key().isDescendantOf(query.prefix()))));
    }

    private static Query prefixAsFilter(Query query, Filter filter) {
        List<Filter> filters = new ArrayList<>(query.filters());
        filters.add(filter);
        return new Query(Key.ROOT, filters, query.orders(), query.offset(), query.limit(), query.projection());
    }

    static Datastore endsAtAThousand(@Nullable Path folder) {
        return asking(folder, query -> query.limit(Math.min(1_000, query.limit())));
    }

    static Datastore pagesFromTheKeyItself(@Nullable Path folder) {
        return asking(folder, query -> {
            List<Filter> filters = new ArrayList<>();
            for (Filter filter : query.filters()) {
                boolean behind =
                        filter instanceof Filter.KeyCompare compare && compare.comparison() == Comparison.GREATER;
                filters.add(
                        behind ? Filter.key(Comparison.GREATER_OR_EQUAL, ((Filter.KeyCompare) filter).text()) : filter);
            }
            return new Query(
                    query.prefix(), filters, query.orders(), query.offset(), query.limit(), query.projection());
        });
    }

    static Datastore givesValuesUnasked(@Nullable Path folder) {
        return asking(
                folder,
                query -> new Query(
                        query.prefix(),
                        query.filters(),
                        query.orders(),
                        query.offset(),
                        query.limit(),
                        Projection.VALUES));
    }

    static Datastore readsValuesForKeysOnly(@Nullable Path folder) {
        return scanning(
                folder,
                scan -> new Scan(scan.range(), scan.direction(), scan.offset(), scan.limit(), Projection.VALUES));
    }

    static Datastore readsAllForTheFirst(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public QueryResults query(Query query) {
                Iterator<Entry> all = super.query(query).toList().iterator();
                return new QueryResults() {
                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Entry next() {
                        return all.next();
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    static Datastore handsOutItsArray(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            Entry entry(Scan scan, Key key, byte[] value) {
                return scan.projection() == Projection.VALUES ? Entry.of(key, value) : super.entry(scan, key, value);
            }
        };
    }

    static Datastore hasNextSkips(@Nullable Path folder) {
        return reading(folder, results -> new ForwardingResults(results) {
            private @Nullable Entry ahead;

            @Override
            public boolean hasNext() {
                ahead = results.hasNext() ? results.next() : null; // forgets the one that it had
                return ahead != null;
            }

            @Override
            public Entry next() {
                Entry entry = ahead == null ? results.next() : ahead;
                ahead = null;
                return entry;
            }
        });
    }

    static Datastore nextNeedsHasNext(@Nullable Path folder) {
        return reading(folder, results -> new ForwardingResults(results) {
            private boolean asked;

            @Override
            public boolean hasNext() {
                asked = true;
                return results.hasNext();
            }

            @Override
            public Entry next() {
                if (!asked) {
                    throw new NoSuchElementException("ask first");
                }
                asked = false;
                return results.next();
            }
        });
    }

    static Datastore closedResultsGoOn(@Nullable Path folder) {
        return reading(folder, results -> new ForwardingResults(results) {
            @Override
            public void close() {}
        });
    }

    static Datastore hidesAFailure(@Nullable Path folder) {
        return reading(folder, results -> new ForwardingResults(results) {
            @Override
            public boolean hasNext() {
                try {
                    return results.hasNext();
                } catch (DatastoreException e) {
                    return false;
                }
            }
        });
    }

    static Datastore openResultsStopWrites(@Nullable Path folder) {
        int[] open = {0};
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public QueryResults query(Query query) {
                open[0]++;
                return new ForwardingResults(super.query(query)) {
                    @Override
                    public void close() {
                        open[0]--;
                        super.close();
                    }
                };
            }

            @Override
            public void put(Key key, byte[] value) {
                if (open[0] > 0) {
                    throw new DatastoreException("results are open");
                }
                super.put(key, value);
            }
        };
    }

    static Datastore resultsShareAPosition(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            private final Map<KeyRange, Cursor> cursors = new HashMap<>();

            @Override
            protected synchronized Cursor scan(Scan scan) {
                Cursor shared = cursors.computeIfAbsent(scan.range(), any -> super.scan(scan));
                return new Cursor() {
                    @Override
                    public @Nullable Entry next() {
                        return shared.next();
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    /** Looks for the entry at a position that counts from the first: shifts when others write before it. */
    static Datastore countsItsPosition(@Nullable Path folder) {
        return positioned(folder, false);
    }

    /** Steps back when the map has changed. */
    static Datastore showsAKeyTwice(@Nullable Path folder) {
        return positioned(folder, true);
    }

    private static Datastore positioned(@Nullable Path folder, boolean stepsBack) {
        EnumSet<QueryPart> parts = EnumSet.of(QueryPart.KEYS_ONLY, QueryPart.SIZES);
        return new ReferenceStore(new Journal(folder), ReferenceStore.LIMITS, parts) {
            @Override
            protected synchronized Cursor scan(Scan scan) {
                ReferenceStore store = this;
                return new Cursor() {
                    private int position;
                    private @Nullable Key last;
                    private int size = map.size();

                    @Override
                    public @Nullable Entry next() {
                        synchronized (store) {
                            return stepsBack ? nextByKey() : nextByPosition();
                        }
                    }

                    private @Nullable Entry nextByPosition() {
                        Key key = map.keySet().stream()
                                .skip(position++)
                                .findFirst()
                                .orElse(null);
                        return key == null ? null : entry(scan, key, map.get(key));
                    }

                    private @Nullable Entry nextByKey() {
                        Key from = last;
                        boolean changed = size != map.size();
                        size = map.size();
                        Key key = from == null
                                ? (map.isEmpty() ? null : map.firstKey())
                                : changed ? map.ceilingKey(from) : map.higherKey(from);
                        last = key;
                        return key == null ? null : entry(scan, key, map.get(key));
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    static Datastore answersFromACache(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            private int asked;
            private List<Entry> cached = List.of();

            @Override
            public QueryResults query(Query query) {
                if (asked++ % 3 == 0) {
                    cached = super.query(query).toList();
                }
                Iterator<Entry> all = cached.iterator();
                return new ForwardingResults(super.query(query.limit(0))) {
                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Entry next() {
                        return all.next();
                    }
                };
            }
        };
    }
}
