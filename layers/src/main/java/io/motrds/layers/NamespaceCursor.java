package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.query.Scan.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys below a prefix. The prefix itself, which is {@code /} here, lies apart from its children there (between
 * the two may be keys such as {@code /prefix-2}), so it is read on its own: as the smallest key, first or last.
 */
final class NamespaceCursor implements Cursor {

    private final Datastore child;
    private final Prefix prefix;
    private final Scan scan;
    private @Nullable Entry root;
    private @Nullable QueryResults below; // from the first use on
    private long toSkip;

    NamespaceCursor(Datastore child, Prefix prefix, Scan scan) {
        this.child = child;
        this.prefix = prefix;
        this.scan = scan;
    }

    @Override
    public @Nullable Entry next() {
        QueryResults results = below;
        if (results == null) {
            results = open();
            below = results;
        }
        Entry entry;
        do {
            entry = advance(results);
        } while (entry != null && toSkip-- > 0);
        return entry;
    }

    private QueryResults open() {
        boolean apart = prefix.length() > 0 && scan.range().contains(Key.ROOT);
        root = apart ? readRoot() : null;
        // whether an offset reaches the root at the end is known only to who counts
        toSkip = root == null ? 0 : scan.offset();
        KeyRange range = prefix.add(scan.range());
        long needed = scan.limit() > Query.NO_LIMIT - toSkip ? Query.NO_LIMIT : scan.limit() + toSkip;
        return child.query(ChildQuery.of(range, scan, scan.offset() - toSkip, range.isEmpty() ? 0 : needed));
    }

    private @Nullable Entry readRoot() {
        Key key = prefix.key();
        return switch (scan.projection()) {
            case KEYS -> child.has(key) ? Entry.ofKey(Key.ROOT) : null;
            case KEYS_AND_SIZES -> {
                var size = child.size(key);
                yield size.isPresent() ? Entry.ofSize(Key.ROOT, size.getAsLong()) : null;
            }
            case VALUES ->
                child.get(key).map(value -> Entry.of(Key.ROOT, value)).orElse(null);
        };
    }

    private @Nullable Entry advance(QueryResults results) {
        boolean rootFirst = scan.direction() != Direction.DESCENDING;
        Entry entry = root;
        if (entry != null && (rootFirst || !results.hasNext())) {
            root = null;
            return entry;
        }
        if (!results.hasNext()) {
            return null;
        }
        entry = results.next();
        return new Entry(prefix.strip(entry.key()), entry.value(), entry.size());
    }

    @Override
    public void close() {
        QueryResults results = below;
        if (results != null) {
            results.close();
        }
    }
}
