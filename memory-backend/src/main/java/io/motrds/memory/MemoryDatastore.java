package io.motrds.memory;

import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map in memory, the reference for what every other store does.
 *
 * <p>Writers exclude one another and readers, so that a batch, a transaction and the accounts change at one moment;
 * readers share. Queries walk the map without a lock and see what is there when they come by.
 */
final class MemoryDatastore extends AbstractDatastore implements AtomicBatches, DiskUsage, Expiry, Transactions {

    /** By UTF-8 bytes instead of {@link Key}s, because the bounds of a scan need not be keys. */
    private final ConcurrentNavigableMap<byte[], Stored> map = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    private final Clock clock;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<MemoryTransaction> transactions = ConcurrentHashMap.newKeySet();
    private final TreeSet<Stored> expiring = // guarded by the write lock
            new TreeSet<>(Comparator.comparing(Stored::expiresOrNever).thenComparing(Stored::key));
    private long usedBytes; // guarded by the lock

    MemoryDatastore(Limits limits, Clock clock) {
        super("mem", limits, EnumSet.allOf(QueryPart.class));
        this.clock = clock;
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        Stored stored = shared(() -> find(key));
        return stored == null ? null : stored.value().clone();
    }

    @Override
    protected boolean exists(Key key) {
        return shared(() -> find(key)) != null;
    }

    @Override
    protected long sizeOf(Key key) {
        Stored stored = shared(() -> find(key));
        return stored == null ? -1 : stored.value().length;
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        lock.readLock().lock(); // once for all, so that they are of one moment
        try {
            return super.readAll(keys);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    protected void write(Key key, byte[] value) {
        Stored stored = new Stored(key, value.clone(), null);
        exclusively(() -> set(key, stored));
    }

    @Override
    protected void remove(Key key) {
        exclusively(() -> set(key, null));
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        exclusively(() -> setAll(writes));
    }

    @Override
    protected Cursor scan(Scan scan) {
        KeyRange range = scan.range();
        ConcurrentNavigableMap<byte[], Stored> selected = range.to()
                .map(to -> map.subMap(range.from(), true, to, false))
                .orElseGet(() -> map.tailMap(range.from(), true));
        if (scan.direction() == Scan.Direction.DESCENDING) {
            selected = selected.descendingMap();
        }
        return new MemoryCursor(selected.values().iterator(), scan.offset(), scan.projection(), clock);
    }

    @Override
    protected void flush(Key prefix) {} // there is nothing to be durable on

    @Override
    protected void shutdown() {
        map.clear();
        expiring.clear();
        transactions.clear();
    }

    @Override
    public long diskUsageBytes() {
        try (Use use = use()) {
            long[] used = {0};
            exclusively(() -> used[0] = usedBytes);
            return used[0];
        }
    }

    @Override
    public void put(Key key, byte[] value, Duration timeToLive) {
        limits().check(key);
        limits().check(key, value);
        Instant end = end(timeToLive);
        try (Use use = use()) {
            Stored stored = new Stored(key, value.clone(), end);
            exclusively(() -> set(key, stored));
        }
    }

    @Override
    public void setTimeToLive(Key key, Duration timeToLive) {
        limits().check(key);
        Instant end = end(timeToLive);
        try (Use use = use()) {
            exclusively(() -> {
                Stored stored = find(key);
                if (stored != null) {
                    set(key, new Stored(key, stored.value(), end));
                }
            });
        }
    }

    @Override
    public Optional<Instant> expiration(Key key) {
        limits().check(key);
        try (Use use = use()) {
            return Optional.ofNullable(shared(() -> find(key)))
                    .flatMap(stored -> Optional.ofNullable(stored.expires()));
        }
    }

    private Instant end(Duration timeToLive) {
        if (timeToLive.isNegative() || timeToLive.isZero()) {
            throw new IllegalArgumentException("a time to live must be positive: " + timeToLive);
        }
        try {
            return clock.instant().plus(timeToLive);
        } catch (ArithmeticException | DateTimeException e) {
            return Instant.MAX; // beyond what an instant can say
        }
    }

    @Override
    public Transaction begin() {
        try (Use use = use()) {
            MemoryTransaction transaction = new MemoryTransaction(this, clock.instant());
            exclusively(() -> transactions.add(transaction));
            return transaction;
        }
    }

    void requireOpen() {
        use().close();
    }

    /** Runs a read of a transaction while the store is open and nobody writes. */
    <T> @Nullable T during(Supplier<@Nullable T> read) {
        try (Use use = use()) {
            return shared(read);
        }
    }

    /** Runs the commit of a transaction while the store is open and nobody else does anything. */
    void commit(Runnable validation, Map<Key, byte @Nullable []> writes) {
        try (Use use = use()) {
            exclusively(() -> {
                validation.run();
                setAll(writes);
            });
        }
    }

    void end(MemoryTransaction transaction) {
        transactions.remove(transaction);
    }

    /** What is stored, expired or not. Called under the lock. */
    @Nullable Stored stored(Key key) {
        return map.get(key.toUtf8());
    }

    private @Nullable Stored find(Key key) {
        Stored stored = stored(key);
        return stored == null || stored.isExpired(clock) ? null : stored;
    }

    private <T> @Nullable T shared(Supplier<@Nullable T> read) {
        lock.readLock().lock();
        try {
            return read.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Alone with the map, from which what has expired is gone. */
    private void exclusively(Runnable write) {
        lock.writeLock().lock();
        try {
            removeExpired();
            write.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void removeExpired() {
        while (!expiring.isEmpty() && expiring.first().isExpired(clock)) {
            set(expiring.first().key(), null);
        }
    }

    private void setAll(Map<Key, byte @Nullable []> writes) {
        writes.forEach((key, value) -> set(key, value == null ? null : new Stored(key, value, null)));
    }

    /** The one place where the map changes: keeps the accounts and tells open transactions what was there before. */
    private void set(Key key, @Nullable Stored stored) {
        byte[] utf8 = key.toUtf8();
        Stored before = stored == null ? map.remove(utf8) : map.put(utf8, stored);
        usedBytes += (stored == null ? 0 : stored.bytes()) - (before == null ? 0 : before.bytes());
        if (before != null && before.expires() != null) {
            expiring.remove(before);
        }
        if (stored != null && stored.expires() != null) {
            expiring.add(stored);
        }
        if (before != null || stored != null) {
            transactions.forEach(transaction -> transaction.changed(key, before));
        }
    }
}
