package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.Scan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the directory in key order, from Motr itself: page by page, and for each page its values, many at once. A page
 * holds what surely fits one message, because Motr answers one that does not as if nothing were left; for that reason
 * the end is believed only of a read of a single key.
 */
final class DirectoryCursor implements Cursor {
    private static final int FIRST_PAGE = 8;

    /** A directory record with its key. */
    record Listed(Key key, byte[] bytes, DirectoryRecord record) {}

    private final Directory directory;
    private final Scan scan;
    private final int pageSize;
    private final long valueBytes;

    private final Deque<Listed> listed = new ArrayDeque<>();
    private final Map<Key, byte[]> loaded = new LinkedHashMap<>();
    private byte[] from;
    private boolean exclusive;
    private boolean atEnd;
    private int page;
    private long toSkip;
    private long toList;

    /**
     * A cursor.
     *
     * @param maxKeyBytes the longest key that a store accepts
     * @param valueBytes how many bytes of values are read ahead
     */
    DirectoryCursor(Directory directory, Scan scan, int maxKeyBytes, long valueBytes) {
        this.directory = directory;
        this.scan = scan;
        this.pageSize = directory.sizing().directoryRecordsPerNext(maxKeyBytes);
        this.valueBytes = valueBytes;
        // who names no limit may be content with a few
        this.page = scan.limit() == Query.NO_LIMIT ? FIRST_PAGE : pageSize;
        this.from = Layout.directoryKey(scan.range().from());
        this.toSkip = scan.offset();
        this.toList = scan.limit();
    }

    @Override
    public @Nullable Entry next() {
        while (true) {
            Listed next = nextListed();
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
    @Nullable Listed nextListed() {
        Listed next = listed.pollFirst();
        while (next == null && !atEnd) {
            list();
            next = listed.pollFirst();
        }
        return next;
    }

    /** The value, with those of the keys behind it; null when the key has been deleted since it was listed. */
    private byte @Nullable [] value(Listed wanted) {
        if (!loaded.containsKey(wanted.key)) {
            Map<Key, byte[]> records = new LinkedHashMap<>();
            records.put(wanted.key, wanted.bytes);
            long bytes = wanted.record.size();
            for (Listed ahead : listed) {
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

    /** Reads the next page of the directory. */
    private void list() {
        int count = (int) Math.max(1, Math.min(page, toSkip + Math.min(toList, pageSize)));
        page = Math.min(pageSize, page * 4);
        Reply reply = next(count);
        if (reply.rcs()[0] == Errno.ENOENT && count > 1) {
            reply = next(1);
            page = 1; // whatever made the larger reply come out empty, small steps pass it
        }
        int found = 0;
        while (found < reply.rcs().length && reply.rcs()[found] == 0) {
            accept(reply, found++);
        }
        if (found < reply.rcs().length && reply.rcs()[found] != Errno.ENOENT) {
            throw Errno.toException(reply.rcs()[found], directory.route().store(), "listing keys");
        }
        // fewer than asked for: the end, if it is confirmed by the next read, of one key
        atEnd |= found == 0;
        if (found < reply.rcs().length) {
            page = 1;
        }
    }

    private Reply next(int count) {
        Request.Next request = new Request.Next(from, exclusive, count, 1 + DirectoryRecord.MAX_BYTES + 1024);
        Reply reply = Pipeline.call(directory.route(), request);
        if (reply.rc() != 0) {
            int rc = reply.rc() == Errno.ENOENT ? Errno.NO_INDEX : reply.rc();
            throw Errno.toException(rc, directory.route().store(), "listing keys");
        }
        return reply;
    }

    private void accept(Reply reply, int i) {
        byte[] place = reply.keys()[i];
        byte[] bytes = reply.values()[i];
        if (atEnd || place == null || bytes == null) {
            return;
        }
        Key key = key(place);
        if (key == null || !scan.range().isBefore(key)) {
            atEnd = true;
            return;
        }
        from = place;
        exclusive = true;
        if (toSkip > 0) {
            toSkip--;
        } else {
            listed.addLast(new Listed(key, bytes, directory.decode(key, bytes)));
            toList--;
        }
    }

    /** The key of a place in the directory; null behind the directory. */
    private @Nullable Key key(byte[] place) {
        if (place.length == 0 || place[0] != Layout.DIRECTORY) {
            return null;
        }
        try {
            return Key.fromUtf8(place, 1, place.length);
        } catch (InvalidKeyException e) {
            throw new CorruptDataException(
                    directory.route().store() + ": the directory holds a record that is no key: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        atEnd = true;
        listed.clear();
        loaded.clear();
    }
}
