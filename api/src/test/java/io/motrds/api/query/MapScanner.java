package io.motrds.api.query;

import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store's scan that does exactly the parts that it declares, and the opposite of the others where it may. */
final class MapScanner implements QueryEngine.Scanner {
    final NavigableMap<Key, byte[]> data = new TreeMap<>();
    final Set<QueryPart> parts;
    final List<Scan> scans = new ArrayList<>();
    int read;
    int valuesRead;
    int closed;
    boolean stopsAtLimit;

    MapScanner(Set<QueryPart> parts) {
        this.parts = parts;
    }

    QueryResults run(Query query) {
        return QueryEngine.run(query, parts, this);
    }

    @Override
    public Cursor scan(Scan scan) {
        scans.add(scan);
        List<Map.Entry<Key, byte[]>> entries = new ArrayList<>(data.entrySet());
        if (parts.contains(QueryPart.KEY_RANGE)) {
            entries.removeIf(entry -> !scan.range().contains(entry.getKey()));
        }
        switch (scan.direction()) {
            case ASCENDING -> {}
            case DESCENDING -> Collections.reverse(entries);
            case ANY -> Collections.shuffle(entries, new Random(entries.size()));
        }
        long end = stopsAtLimit ? QueryEngineTest.plus(scan.offset(), scan.limit()) : Query.NO_LIMIT;
        Iterator<Entry> left = entries.stream()
                .skip(scan.offset())
                .limit(end - scan.offset())
                .map(entry -> give(entry, scan.projection()))
                .iterator();
        return new Cursor() {
            @Override
            public @Nullable Entry next() {
                if (!left.hasNext()) {
                    return null;
                }
                read++;
                return left.next();
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private Entry give(Map.Entry<Key, byte[]> entry, Projection projection) {
        if (projection == Projection.KEYS && parts.contains(QueryPart.KEYS_ONLY)) {
            return Entry.ofKey(entry.getKey());
        }
        if (projection == Projection.KEYS_AND_SIZES && parts.contains(QueryPart.SIZES)) {
            return Entry.ofSize(entry.getKey(), entry.getValue().length);
        }
        valuesRead++;
        return Entry.of(entry.getKey(), entry.getValue().clone());
    }
}
