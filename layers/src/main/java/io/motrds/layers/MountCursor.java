package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.query.Scan.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment of a mount table after the other. Segments lie in key order and do not overlap, so key order takes
 * no merging, and keys that a store holds where another is mounted are never asked for.
 */
final class MountCursor implements Cursor {

    private final Scan scan;
    private final Iterator<MountTable.Segment> segments;
    private Prefix point = new Prefix(Key.ROOT);
    private @Nullable QueryResults results; // of the segment at hand
    private long read;

    MountCursor(MountTable table, Scan scan) {
        this.scan = scan;
        List<MountTable.Segment> wanted = new ArrayList<>();
        for (MountTable.Segment segment : table.inKeyOrder()) {
            KeyRange range = segment.range().and(scan.range());
            if (!range.isEmpty()) {
                wanted.add(new MountTable.Segment(range, segment.mount()));
            }
        }
        if (scan.direction() == Direction.DESCENDING) {
            Collections.reverse(wanted);
        }
        this.segments = wanted.iterator();
    }

    @Override
    public @Nullable Entry next() {
        while (true) {
            QueryResults open = results;
            if (open != null && open.hasNext()) {
                Entry entry = open.next();
                read++;
                return new Entry(point.add(entry.key()), entry.value(), entry.size());
            }
            close();
            if (!segments.hasNext()) {
                return null;
            }
            open(segments.next());
        }
    }

    private void open(MountTable.Segment segment) {
        point = segment.mount().point();
        long limit = scan.limit() == Query.NO_LIMIT ? Query.NO_LIMIT : Math.max(0, scan.limit() - read);
        KeyRange range = point.strip(segment.range());
        results = segment.mount().store().query(ChildQuery.of(range, scan, scan.offset(), limit));
    }

    @Override
    public void close() {
        QueryResults open = results;
        results = null;
        if (open != null) {
            open.close();
        }
    }
}
