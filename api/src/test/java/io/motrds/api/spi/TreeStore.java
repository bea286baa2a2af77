package io.motrds.api.spi;

import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A small store on the base class that tells what was called, and can be made to wait or fail. */
class TreeStore extends AbstractDatastore {
    static final Limits LIMITS = new Limits(1000, 4_000_000);

    final ConcurrentSkipListMap<Key, byte[]> map = new ConcurrentSkipListMap<>();
    final List<Collection<Key>> readAlls = new ArrayList<>();
    final List<Key> flushes = new ArrayList<>();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger cursorsClosed = new AtomicInteger();
    final AtomicInteger shutdowns = new AtomicInteger();
    Runnable duringRead = () -> {};
    Runnable duringNext = () -> {};
    Runnable duringCursorClose = () -> {};
    Runnable duringShutdown = () -> {};
    Runnable duringApply = () -> {};

    TreeStore() {
        this("tree");
    }

    TreeStore(String name) {
        super(name, LIMITS, EnumSet.of(QueryPart.KEY_ORDER, QueryPart.KEY_RANGE));
    }

    /** What a feature would do: enter the store. */
    void enter(Runnable work) {
        try (Use use = use()) {
            work.run();
        }
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        calls.incrementAndGet();
        duringRead.run();
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    protected boolean exists(Key key) {
        calls.incrementAndGet();
        return map.containsKey(key);
    }

    @Override
    protected long sizeOf(Key key) {
        calls.incrementAndGet();
        byte[] value = map.get(key);
        return value == null ? -1 : value.length;
    }

    @Override
    protected void write(Key key, byte[] value) {
        calls.incrementAndGet();
        map.put(key, value.clone());
    }

    @Override
    protected void remove(Key key) {
        calls.incrementAndGet();
        map.remove(key);
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        calls.incrementAndGet();
        duringApply.run();
        writes.forEach((key, value) -> {
            if (value == null) {
                map.remove(key);
            } else {
                map.put(key, value);
            }
        });
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        readAlls.add(keys);
        return super.readAll(keys);
    }

    @Override
    protected Cursor scan(Scan scan) {
        calls.incrementAndGet();
        Iterator<Map.Entry<Key, byte[]>> entries = map.entrySet().stream()
                .filter(entry -> scan.range().contains(entry.getKey()))
                .iterator();
        return new TreeCursor(entries);
    }

    @Override
    protected void flush(Key prefix) {
        calls.incrementAndGet();
        flushes.add(prefix);
    }

    @Override
    protected void shutdown() {
        shutdowns.incrementAndGet();
        duringShutdown.run();
    }

    /** All cursors are equal, as those of a store whose cursor is a record may be. */
    private final class TreeCursor implements Cursor {
        private final Iterator<Map.Entry<Key, byte[]>> entries;

        TreeCursor(Iterator<Map.Entry<Key, byte[]>> entries) {
            this.entries = entries;
        }

        @Override
        public @Nullable Entry next() {
            duringNext.run();
            if (!entries.hasNext()) {
                return null;
            }
            Map.Entry<Key, byte[]> entry = entries.next();
            return Entry.of(entry.getKey(), entry.getValue().clone());
        }

        @Override
        public void close() {
            cursorsClosed.incrementAndGet();
            duringCursorClose.run();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TreeCursor;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }
}
