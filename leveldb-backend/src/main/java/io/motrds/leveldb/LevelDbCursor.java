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
import java.util.Map;
import org.iq80.leveldb.DBIterator;
import org.jspecify.annotations.Nullable;

/** Reads a range of keys, forwards or backwards, as it was when the scan began. */
final class LevelDbCursor implements Cursor {

    private final Failures failures;
    private final DBIterator iterator;
    private final boolean descending;
    private final boolean withValues;
    private final KeyRange range;
    private final byte[] from;
    private final byte @Nullable [] to;
    private long toSkip;
    private boolean started;

    LevelDbCursor(DBIterator iterator, Scan scan, Failures failures) {
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
            Found found = step();
            while (found != null && toSkip > 0) {
                toSkip--;
                found = step();
            }
            return found == null ? null : entry(found);
        } catch (RuntimeException e) {
            throw failures.of("query " + range, e);
        }
    }

    /** An entry, which copies key and value whenever they are asked for, and a copy of its key. */
    private record Found(byte[] key, Map.Entry<byte[], byte[]> entry) {}

    /** The next entry within the range. */
    private @Nullable Found step() {
        if (!started) {
            started = true;
            seek();
        }
        if (!(descending ? iterator.hasPrev() : iterator.hasNext())) {
            return null;
        }
        Map.Entry<byte[], byte[]> entry = descending ? iterator.prev() : iterator.next();
        byte[] key = entry.getKey();
        return isBeyond(key) ? null : new Found(key, entry);
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

    private boolean isBeyond(byte[] key) {
        return descending ? Arrays.compareUnsigned(key, from) < 0 : to != null && Arrays.compareUnsigned(key, to) >= 0;
    }

    private Entry entry(Found found) {
        Key key;
        try {
            key = Key.fromUtf8(found.key());
        } catch (InvalidKeyException e) {
            throw new CorruptDataException(
                    failures.store() + ": holds what is no datastore key: " + e.getMessage()
                            + "; does the folder belong to another program?",
                    e);
        }
        return withValues ? Entry.of(key, found.entry().getValue()) : Entry.ofKey(key);
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
