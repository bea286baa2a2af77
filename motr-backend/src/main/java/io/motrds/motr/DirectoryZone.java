package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of one zone of the directory in key order, page by page. A page holds what surely fits one message,
 * because Motr answers one that does not as if nothing were left; for that reason the end is believed only of a read of a
 * single key.
 */
final class DirectoryZone {

    /** A key and the bytes of its directory record. */
    record Listed(Key key, byte[] bytes) {}

    private final byte zone;
    private final KeyRange range;
    private final String store;
    private final int recordBytes;
    private final int pageSize;

    private final Deque<Listed> listed = new ArrayDeque<>();
    private byte[] from;
    private boolean exclusive;
    private boolean atEnd;
    private int page;

    /**
     * A reader of one zone.
     *
     * @param keyBytes the longest key in the zone
     * @param firstPage records that are read first, if there are no fewer in a page
     */
    DirectoryZone(byte zone, int keyBytes, KeyRange range, int firstPage, Directory directory) {
        this.zone = zone;
        this.range = range;
        this.store = directory.route().store();
        this.recordBytes = 1 + keyBytes + DirectoryRecord.MAX_BYTES;
        this.pageSize = directory.sizing().directoryRecordsPerNext(keyBytes);
        this.page = Math.min(firstPage, pageSize);
        this.from = Layout.inZone(zone, range.from());
    }

    /** Whether another page must be read before the next record is known, or that there is none. */
    boolean isUnread() {
        return listed.isEmpty() && !atEnd;
    }

    /** The next record, of those that were read; null if there is none. */
    @Nullable Listed peek() {
        return listed.peekFirst();
    }

    /** Takes the next record, of those that were read. */
    Listed take() {
        return listed.removeFirst();
    }

    /** Reads the next page, of at most so many records; the reader changes when the pipeline has the reply. */
    void read(Pipeline pipeline, long most) {
        int count = (int) Math.max(1, Math.min(page, most));
        page = Math.min(pageSize, page * 4);
        pipeline.submit(new Request.Next(from, exclusive, count, recordBytes), this::accept);
    }

    private void accept(Reply reply) {
        if (reply.rc() != 0) {
            throw failure(reply.rc() == Errno.ENOENT ? Errno.NO_INDEX : reply.rc());
        }
        int asked = reply.rcs().length;
        int found = 0;
        while (found < asked && reply.rcs()[found] == 0) {
            accept(reply.keys()[found], reply.values()[found]);
            found++;
        }
        if (found < asked) {
            if (reply.rcs()[found] != Errno.ENOENT) {
                throw failure(reply.rcs()[found]);
            }
            // the end, if a read of one key confirms it; or a reply that was too large, which small steps pass
            atEnd |= asked == 1;
            page = 1;
        }
    }

    private RuntimeException failure(int rc) {
        return Errno.toException(rc, store, "listing keys");
    }

    private void accept(byte @Nullable [] place, byte @Nullable [] bytes) {
        if (atEnd || place == null || bytes == null) {
            return;
        }
        Key key = key(place);
        if (key == null || !range.isBefore(key)) {
            atEnd = true;
            return;
        }
        from = place;
        exclusive = true;
        listed.addLast(new Listed(key, bytes));
    }

    /** The key of a place in the zone; null behind the zone. */
    private @Nullable Key key(byte[] place) {
        if (place.length == 0 || place[0] != zone) {
            return null;
        }
        try {
            return Key.fromUtf8(place, 1, place.length);
        } catch (InvalidKeyException e) {
            throw new CorruptDataException(
                    store + ": the directory holds a record that is no key: " + e.getMessage(), e);
        }
    }

    /** Reads no more. */
    void close() {
        atEnd = true;
        listed.clear();
    }
}
