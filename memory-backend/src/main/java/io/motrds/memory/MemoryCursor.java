package io.motrds.memory;

import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Projection;
import java.time.Clock;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Walks the map while others change it: the skip list's iterator shows what stays throughout exactly once. */
final class MemoryCursor implements Cursor {

    private final Projection projection;
    private final Clock clock;
    private Iterator<Stored> walk;
    private long toSkip;

    MemoryCursor(Iterator<Stored> walk, long toSkip, Projection projection, Clock clock) {
        this.walk = walk;
        this.toSkip = toSkip;
        this.projection = projection;
        this.clock = clock;
    }

    @Override
    public @Nullable Entry next() {
        while (walk.hasNext()) {
            Stored stored = walk.next();
            if (!stored.isExpired(clock) && toSkip-- <= 0) {
                return entry(stored);
            }
        }
        return null;
    }

    private Entry entry(Stored stored) {
        return switch (projection) {
            case KEYS -> Entry.ofKey(stored.key());
            case KEYS_AND_SIZES -> Entry.ofSize(stored.key(), stored.value().length);
            case VALUES -> Entry.of(stored.key(), stored.value().clone());
        };
    }

    @Override
    public void close() {
        walk = Collections.emptyIterator();
    }
}
