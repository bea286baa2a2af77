package io.motrds.tck;

import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small correct store to prove the kit with: a sorted map under one lock, every write of which goes into a {@link
 * Journal} first. Faulty stores override what they do wrong.
 */
class ReferenceStore extends AbstractDatastore implements AtomicBatches, Persistence {

    static final Limits LIMITS = new Limits(1_000, 4 << 20);

    final NavigableMap<Key, byte[]> map = new TreeMap<>(); // guarded by this
    final Journal journal;

    ReferenceStore(Journal journal) {
        this(journal, LIMITS, EnumSet.allOf(QueryPart.class));
    }

    ReferenceStore(Journal journal, Limits limits, Set<QueryPart> nativeParts) {
        super("reference", limits, nativeParts);
        this.journal = journal;
        journal.replay(this::set);
    }

    final synchronized void set(Map<Key, byte @Nullable []> writes) {
        writes.forEach((key, value) -> {
            if (value == null) {
                map.remove(key);
            } else {
                map.put(key, value);
            }
        });
    }

    @Override
    protected synchronized byte @Nullable [] read(Key key) {
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    protected synchronized boolean exists(Key key) {
        return map.containsKey(key);
    }

    @Override
    protected synchronized long sizeOf(Key key) {
        byte[] value = map.get(key);
        return value == null ? -1 : value.length;
    }

    @Override
    protected synchronized Map<Key, byte[]> readAll(Collection<Key> keys) {
        return super.readAll(keys);
    }

    @Override
    protected void write(Key key, byte[] value) {
        apply(Collections.singletonMap(key, value.clone()));
    }

    @Override
    protected void remove(Key key) {
        apply(Collections.singletonMap(key, null));
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        synchronized (this) {
            journal.append(writes);
            set(writes);
        }
    }

    @Override
    protected synchronized Cursor scan(Scan scan) {
        NavigableMap<Key, byte[]> selected = new TreeMap<>(comparator(scan)); // what is there now
        map.forEach((key, value) -> {
            if (scan.range().contains(key)) {
                selected.put(key, value);
            }
        });
        for (long left = scan.offset(); left > 0 && !selected.isEmpty(); left--) {
            selected.pollFirstEntry();
        }
        return new Cursor() {
            @Override
            public @Nullable Entry next() {
                Map.Entry<Key, byte[]> first = selected.pollFirstEntry();
                return first == null ? null : entry(scan, first.getKey(), first.getValue());
            }

            @Override
            public void close() {}
        };
    }

    private static Comparator<Key> comparator(Scan scan) {
        return scan.direction() == Scan.Direction.DESCENDING ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }

    Entry entry(Scan scan, Key key, byte[] value) {
        return switch (scan.projection()) {
            case KEYS -> Entry.ofKey(key);
            case KEYS_AND_SIZES -> Entry.ofSize(key, value.length);
            case VALUES -> Entry.of(key, value.clone());
        };
    }

    @Override
    protected void flush(Key prefix) {
        journal.force();
    }

    @Override
    protected void shutdown() {
        journal.close();
    }
}
