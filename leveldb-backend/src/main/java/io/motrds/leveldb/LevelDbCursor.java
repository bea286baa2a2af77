package io.motrds.leveldb;

import io.motrds.api.CorruptDataException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Scan;
import io.motrds.api.query.Scan.Direction;
import java.util.Arrays;
import org.iq80.leveldb.iterator.DBIteratorAdapter;
import org.iq80.leveldb.util.Slice;
import org.jspecify.annotations.Nullable;

/** Reads a range of keys, forwards or backwards, as it was when the scan began. */
final class LevelDbCursor implements Cursor {

    private final Failures failures;
    private final DBIteratorAdapter iterator;
    private final boolean descending;
    private final boolean withValues;
    private final KeyRange range;
    private final byte[] from;
    private final byte @Nullable [] to;
    private long toSkip;
    private boolean started;

    LevelDbCursor(DBIteratorAdapter iterator, Scan scan, Failures failures) {
        this.failures = failures;
        this.iterator = iterator;
        this.descending = scan.direction() == Direction.DESCENDING;
        this.withValues = scan.projection() == Projection.VALUES;
        this.range = scan.range();
        this.from = range.from();
        this.to = range.to().orElse(null);
        this.toSkip = scan.offset();
    }

    @Override
    public @Nullable Entry next() {
        try {
            return step();
        } catch (RuntimeException e) {
            throw failures.of("query " + range, e);
        }
    }

    /** The next entry within the range, behind those to skip. */
    private @Nullable Entry step() {
        if (!started) {
            started = true;
            seek();
        }
        while (descending ? iterator.hasPrev() : iterator.hasNext()) {
            DBIteratorAdapter.DbEntry found = descending ? iterator.prev() : iterator.next();
            Slice key = found.getKeySlice();
            if (isBeyond(key)) {
                return null;
            }
            if (toSkip == 0) {
                return withValues ? Entry.of(keyOf(key), found.getValue()) : Entry.ofKey(keyOf(key));
            }
            toSkip--;
        }
        return null;
    }

    private void seek() {
        if (!descending) {
            iterator.seek(from);
        } else if (to == null) {
            iterator.seekToLast();
        } else {
            iterator.seek(to); // the first that is behind the range, or the end: one step back is the last within it
        }
    }

    private boolean isBeyond(Slice key) {
        return descending ? compare(key, from) < 0 : to != null && compare(key, to) >= 0;
    }

    private static int compare(Slice key, byte[] bytes) {
        int start = key.getRawOffset();
        return Arrays.compareUnsigned(key.getRawArray(), start, start + key.length(), bytes, 0, bytes.length);
    }

    private Key keyOf(Slice utf8) {
        int start = utf8.getRawOffset();
        try {
            return Key.fromUtf8(utf8.getRawArray(), start, start + utf8.length());
        } catch (InvalidKeyException e) {
            throw new CorruptDataException(
                    failures.store() + ": holds what is no datastore key: " + e.getMessage()
                            + "; does the folder belong to another program?",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            iterator.close();
        } catch (Exception e) {
            throw failures.of("end of query " + range, e);
        }
    }
}
