package io.motrds.motr;

import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.Scan;
import io.motrds.motr.DirectoryZone.Listed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the directory in key order, from Motr itself: both of its zones, merged, and the values, many at once. */
final class DirectoryCursor implements Cursor {
    /** Who names no limit may be content with a few. */
    private static final int FIRST_PAGE = 8;

    /** A directory record with its key. */
    record Found(Key key, byte[] bytes, DirectoryRecord record) {}

    private final Directory directory;
    private final Scan scan;
    private final long valueBytes;

    private final DirectoryZone longKeys;
    private final DirectoryZone shortKeys;
    private final Deque<Found> found = new ArrayDeque<>();
    private final Map<Key, byte[]> loaded = new LinkedHashMap<>();
    private long toSkip;
    private long toList;

    /**
     * A cursor.
     *
     * @param valueBytes how many bytes of values are read ahead
     */
    DirectoryCursor(Directory directory, Scan scan, long valueBytes) {
        this.directory = directory;
        this.scan = scan;
        this.valueBytes = valueBytes;
        int firstPage = scan.limit() == Query.NO_LIMIT ? FIRST_PAGE : Integer.MAX_VALUE;
        // most stores have no long key: one record tells
        longKeys = new DirectoryZone(Layout.LONG_KEYS, Layout.MAX_KEY_BYTES, scan.range(), 1, directory);
        shortKeys = new DirectoryZone(Layout.SHORT_KEYS, Layout.SHORT_KEY_BYTES, scan.range(), firstPage, directory);
        this.toSkip = scan.offset();
        this.toList = scan.limit();
    }

    @Override
    public @Nullable Entry next() {
        while (true) {
            Found next = nextFound();
            if (next == null) {
                return null;
            }
            if (scan.projection() != Projection.VALUES) {
                return Entry.ofSize(next.key, next.record.size());
            }
            byte[] value = value(next);
            if (value != null) {
                return Entry.of(next.key, value);
            }
        }
    }

    /** The next directory record, or null at the end. */
    @Nullable Found nextFound() {
        Found next = found.pollFirst();
        if (next == null) {
            find();
            next = found.pollFirst();
        }
        return next;
    }

    /** The value, with those of the keys behind it; null when the key has been deleted since it was listed. */
    private byte @Nullable [] value(Found wanted) {
        if (!loaded.containsKey(wanted.key)) {
            Map<Key, byte[]> records = new LinkedHashMap<>();
            records.put(wanted.key, wanted.bytes);
            long bytes = wanted.record.size();
            for (Found ahead : found) {
                bytes += ahead.record.size();
                if (bytes > valueBytes) {
                    break;
                }
                records.put(ahead.key, ahead.bytes);
            }
            Map<Key, byte[]> values = directory.load(records);
            loaded.clear();
            records.keySet().forEach(key -> loaded.put(key, values.get(key)));
        }
        return loaded.remove(wanted.key);
    }

    /** Reads pages until at least one record is found; none at the end. */
    private void find() {
        while (found.isEmpty()) {
            try (Pipeline pipeline = new Pipeline(directory.route())) {
                for (DirectoryZone zone : new DirectoryZone[] {shortKeys, longKeys}) {
                    if (zone.isUnread()) {
                        zone.read(pipeline, Math.max(toSkip + toList, toList)); // without a limit the sum may overflow
                    }
                }
                pipeline.drain();
            }
            if (!merge()) {
                return;
            }
        }
    }

    /** Takes what is surely next, within the limit; false at the end of both zones. */
    private boolean merge() {
        while ((toList > 0 || found.isEmpty()) && !shortKeys.isUnread() && !longKeys.isUnread()) {
            Listed ofShort = shortKeys.peek();
            Listed ofLong = longKeys.peek();
            if (ofShort == null && ofLong == null) {
                return false;
            }
            boolean isShort =
                    ofLong == null || (ofShort != null && ofShort.key().compareTo(ofLong.key()) < 0);
            Listed next = (isShort ? shortKeys : longKeys).take();
            if (toSkip > 0) {
                toSkip--;
            } else {
                found.addLast(new Found(next.key(), next.bytes(), directory.decode(next.key(), next.bytes())));
                toList--;
            }
        }
        return true;
    }

    @Override
    public void close() {
        shortKeys.close();
        longKeys.close();
        found.clear();
        loaded.clear();
    }
}
