package io.motrds.tck;

import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What a query means, in the plainest way: over a list, one part after the other. Shares nothing with the engine. */
final class PlainQuery {

    private PlainQuery() {}

    /** The results of a query over these keys and values; in key order when the query asks for none. */
    static List<Entry> run(Query query, Map<Key, byte[]> data) {
        List<Entry> entries = new ArrayList<>();
        data.forEach((key, value) -> entries.add(Entry.of(key, value)));
        entries.removeIf(
                entry -> !query.prefix().isRoot() && !entry.key().toString().startsWith(query.prefix() + "/"));
        for (Filter filter : query.filters()) {
            entries.removeIf(entry -> !filter.test(entry));
        }
        Comparator<Entry> comparator = Comparator.comparing(Entry::key);
        for (int i = query.orders().size() - 1; i >= 0; i--) {
            Order order = query.orders().get(i);
            comparator = order.comparator().thenComparing(comparator);
        }
        entries.sort(comparator);
        return entries.stream()
                .skip(query.offset())
                .limit(query.limit())
                .map(entry -> project(query, entry))
                .toList();
    }

    private static Entry project(Query query, Entry entry) {
        return switch (query.projection()) {
            case KEYS -> Entry.ofKey(entry.key());
            case KEYS_AND_SIZES -> Entry.ofSize(entry.key(), entry.size());
            case VALUES -> entry;
        };
    }
}
