package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Order;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the keys from the folder that lists them, and their values some at a time. */
final class GoDsMotrCursor implements Cursor {
    private final KeyRange range;
    private final QueryResults keys;
    private final boolean withValues;
    private final int ahead;
    private final Function<List<Key>, Map<Key, byte[]>> values;
    private final Deque<Entry> loaded = new ArrayDeque<>();
    private long toRead;

    /**
     * A cursor.
     *
     * @param ahead how many values are read at once
     * @param values gives the values of the keys that exist
     */
    GoDsMotrCursor(Datastore directory, Scan scan, int ahead, Function<List<Key>, Map<Key, byte[]>> values) {
        this.range = scan.range();
        this.withValues = scan.projection() != Projection.KEYS;
        this.ahead = ahead;
        this.values = values;
        this.toRead = scan.limit();
        this.keys = directory.query(query(scan));
    }

    private static Query query(Scan scan) {
        Query all = Query.all().keysOnly().order(Order.byKey());
        byte[] from = scan.range().from();
        String text = new String(from, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), from)) {
            throw new IllegalArgumentException("a range starts with what is no text: " + text);
        }
        return all.filter(Filter.key(Comparison.GREATER_OR_EQUAL, text)).offset(scan.offset());
    }

    @Override
    public @Nullable Entry next() {
        while (loaded.isEmpty()) {
            List<Key> some = nextKeys();
            if (some.isEmpty()) {
                return null;
            }
            if (withValues) {
                values.apply(some).forEach((key, value) -> loaded.addLast(Entry.of(key, value)));
            } else {
                some.forEach(key -> loaded.addLast(Entry.ofKey(key)));
            }
        }
        return loaded.pollFirst();
    }

    private List<Key> nextKeys() {
        List<Key> some = new ArrayList<>();
        long most = Math.max(1, Math.min(ahead, toRead));
        while (some.size() < most && keys.hasNext()) {
            Key key = keys.next().key();
            if (!range.isBefore(key)) {
                break;
            }
            some.add(key);
        }
        toRead -= some.size();
        return some;
    }

    @Override
    public void close() {
        loaded.clear();
        keys.close();
    }
}
