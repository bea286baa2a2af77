package io.motrds.memory;

import io.motrds.api.ConflictException;
import io.motrds.api.Key;
import io.motrds.api.feature.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An optimistic transaction. The store tells it what each key was before its first change since the transaction began,
 * so it reads the store as it was then; it commits if nothing that it read is among those keys.
 */
final class MemoryTransaction implements Transaction {

    private final MemoryDatastore store;
    private final Instant begin;
    private final Map<Key, Optional<Stored>> before = new HashMap<>(); // guarded by the store's lock
    private final Set<Key> reads = new HashSet<>();
    private final Map<Key, byte @Nullable []> writes = new LinkedHashMap<>();
    private boolean ended;

    MemoryTransaction(MemoryDatastore store, Instant begin) {
        this.store = store;
        this.begin = begin;
    }

    /** Called by a writer, alone with the store, before anybody can see the change. */
    void changed(Key key, @Nullable Stored was) {
        before.putIfAbsent(key, Optional.ofNullable(was));
    }

    @Override
    public Optional<byte[]> get(Key key) {
        store.limits().check(key);
        requireOpen();
        if (writes.containsKey(key)) {
            return Optional.ofNullable(writes.get(key)).map(byte[]::clone);
        }
        reads.add(key);
        Stored found = store.during(() -> {
            Optional<Stored> was = before.get(key);
            return was == null ? store.stored(key) : was.orElse(null);
        });
        return Optional.ofNullable(found)
                .filter(stored -> !stored.isExpiredAt(begin))
                .map(stored -> stored.value().clone());
    }

    @Override
    public void put(Key key, byte[] value) {
        store.limits().check(key);
        store.limits().check(key, value);
        requireOpen();
        writes.put(key, value.clone());
    }

    @Override
    public void delete(Key key) {
        store.limits().check(key);
        requireOpen();
        writes.put(key, null);
    }

    @Override
    public void commit() {
        requireOpen();
        ended = true;
        try {
            store.commit(this::validate, writes);
        } finally {
            store.end(this);
        }
    }

    private void validate() {
        for (Key key : reads) {
            if (before.containsKey(key)) {
                throw new ConflictException(store.name() + ": transaction not committed: " + key
                        + " was changed since the transaction began; run it again");
            }
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("the transaction was committed or closed already");
        }
        store.requireOpen();
    }

    @Override
    public void close() {
        ended = true;
        store.end(this);
    }
}
