package io.motrds.api.spi;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryEngine;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every store shares, so that its author writes only what differs: limits are checked before anything is
 * written, nothing runs on a closed store, {@code close} waits for what is under way and ends open queries, batches
 * collect their writes, queries go through the shared engine.
 *
 * <p>An author implements the protected methods. They are called by many threads at once, with checked arguments and
 * never after {@link #shutdown}; they throw {@link io.motrds.api.DatastoreException}s.
 */
public abstract class AbstractDatastore implements Datastore {

    private final String name;
    private final Limits limits;
    private final Set<QueryPart> nativeParts;
    private final Uses uses = new Uses();
    private final Set<GuardedCursor> openCursors = ConcurrentHashMap.newKeySet();
    private final Lock closing = new ReentrantLock();

    /**
     * A store.
     *
     * @param name see {@link Datastore#name}
     * @param limits see {@link Datastore#limits}
     * @param nativeParts see {@link Datastore#nativeQueryParts}
     */
    protected AbstractDatastore(String name, Limits limits, Set<QueryPart> nativeParts) {
        this.name = name;
        this.limits = limits;
        this.nativeParts = Set.copyOf(nativeParts);
    }

    /** The value of a key, in an array that the store does not keep; null when absent. */
    protected abstract byte @Nullable [] read(Key key);

    /** Whether the key exists. */
    protected abstract boolean exists(Key key);

    /** The size of a key's value; -1 when absent. */
    protected abstract long sizeOf(Key key);

    /** Sets a value. The array is the caller's: copy what is kept beyond the call. */
    protected abstract void write(Key key, byte[] value);

    /** Removes a key, if it is there. */
    protected abstract void remove(Key key);

    /**
     * Applies the writes of a batch.
     *
     * @param writes the last write to each key, null for a delete; the arrays are the store's
     */
    protected abstract void apply(Map<Key, byte @Nullable []> writes);

    /**
     * Starts to read, see {@link Scan}. The cursor is closed before the store is, and not while it reads. It calls no
     * public method of this store: those are refused while the store is being closed.
     */
    protected abstract Cursor scan(Scan scan);

    /**
     * Answers a query. The shared engine does, over {@link #scan}; a store that can answer whole queries itself overrides
     * this, and lets every cursor go through {@link #guarded}.
     */
    protected QueryResults answer(Query query) {
        return QueryEngine.run(query, nativeParts, scan -> guarded(scan(scan)));
    }

    /** A cursor that ends with the store. */
    protected final Cursor guarded(Cursor cursor) {
        return new GuardedCursor(cursor);
    }

    /** Makes durable what was written to the prefix and below. */
    protected abstract void flush(Key prefix);

    /** Gives back what the store holds. Called once, with nothing under way. */
    protected abstract void shutdown();

    /**
     * The values of many keys, in their order, absent ones left out. One by one unless the store can do better.
     *
     * @param keys no key twice
     */
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        Map<Key, byte[]> found = new LinkedHashMap<>();
        for (Key key : keys) {
            byte[] value = read(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /**
     * Enters the store: until the returned use is closed, the store is not. For the methods of features. The thread that
     * entered closes it.
     *
     * @throws DatastoreClosedException if the store was closed
     */
    protected final Use use() {
        Use use = uses.begin();
        if (use == null) {
            throw closedException();
        }
        return use;
    }

    private void checkOpen() {
        if (uses.isClosed() && !uses.isOwn()) {
            throw closedException();
        }
    }

    private DatastoreClosedException closedException() {
        return new DatastoreClosedException(name + " was closed");
    }

    /** A use of the store that is under way. */
    @FunctionalInterface
    protected interface Use extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Limits limits() {
        return limits;
    }

    @Override
    public final Set<QueryPart> nativeQueryParts() {
        return nativeParts;
    }

    @Override
    public final Optional<byte[]> get(Key key) {
        limits.check(key);
        try (Use use = use()) {
            return Optional.ofNullable(read(key));
        }
    }

    @Override
    public final Map<Key, byte[]> getAll(Collection<Key> keys) {
        List<Key> wanted = List.copyOf(new LinkedHashSet<>(keys)); // the caller's collection may change
        wanted.forEach(limits::check);
        try (Use use = use()) {
            return readAll(wanted);
        }
    }

    @Override
    public final boolean has(Key key) {
        limits.check(key);
        try (Use use = use()) {
            return exists(key);
        }
    }

    @Override
    public final OptionalLong size(Key key) {
        limits.check(key);
        try (Use use = use()) {
            long size = sizeOf(key);
            return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
        }
    }

    @Override
    public final void put(Key key, byte[] value) {
        limits.check(key);
        limits.check(key, value);
        try (Use use = use()) {
            write(key, value);
        }
    }

    @Override
    public final void delete(Key key) {
        limits.check(key);
        try (Use use = use()) {
            remove(key);
        }
    }

    @Override
    public final QueryResults query(Query query) {
        try (Use use = use()) {
            return new GuardedResults(answer(query), this::checkOpen);
        }
    }

    @Override
    public Batch batch() {
        try (Use use = use()) {
            return new CollectingBatch();
        }
    }

    @Override
    public final void sync(Key prefix) {
        try (Use use = use()) {
            flush(prefix);
        }
    }

    @Override
    public final void close() {
        if (uses.isOwn() || openCursors.stream().anyMatch(GuardedCursor::isReadByThisThread)) {
            throw new IllegalStateException(name + " cannot be closed from within one of its own operations");
        }
        closing.lock(); // who comes second returns when the store is closed, too
        try {
            if (!uses.isClosed()) {
                uses.close();
                closeAll();
            }
        } finally {
            closing.unlock();
        }
    }

    /** Closes what is open and shuts down, whatever fails on the way. */
    private void closeAll() {
        Throwable ofCursor = null;
        for (GuardedCursor each : openCursors) {
            try {
                each.closeNow();
            } catch (RuntimeException | Error e) {
                ofCursor = e;
            }
        }
        openCursors.clear();
        try {
            shutdown();
        } catch (RuntimeException | Error e) {
            if (ofCursor != null) {
                e.addSuppressed(ofCursor);
            }
            throw e;
        }
        if (ofCursor instanceof Error e) {
            throw e;
        }
        if (ofCursor instanceof RuntimeException e) {
            throw e;
        }
    }

    /**
     * Lets a cursor read only while the store is open. Who reads holds a lock of the cursor's own, which takes less time
     * than a use: there is one reading for each entry.
     */
    private final class GuardedCursor implements Cursor {
        private final Cursor cursor;
        private final ReentrantLock reading = new ReentrantLock();
        private boolean closed; // guarded by the lock

        GuardedCursor(Cursor cursor) {
            this.cursor = cursor;
            openCursors.add(this);
        }

        @Override
        public @Nullable Entry next() {
            reading.lock();
            try {
                checkOpen();
                if (closed) {
                    throw new IllegalStateException(name + ": the results were closed");
                }
                return cursor.next();
            } finally {
                reading.unlock();
            }
        }

        boolean isReadByThisThread() {
            return reading.isHeldByCurrentThread();
        }

        @Override
        public void close() {
            Use use = uses.begin();
            if (use == null) {
                return; // the store closes it
            }
            try (use) {
                if (openCursors.remove(this)) {
                    closeNow();
                }
            }
        }

        /** Closes when no entry is being read. */
        void closeNow() {
            reading.lock();
            try {
                closed = true;
                cursor.close();
            } finally {
                reading.unlock();
            }
        }
    }

    private final class CollectingBatch implements Batch {
        private @Nullable Map<Key, byte @Nullable []> writes = new LinkedHashMap<>();

        @Override
        public void put(Key key, byte[] value) {
            limits.check(key);
            limits.check(key, value);
            collect(key, value.clone());
        }

        @Override
        public void delete(Key key) {
            limits.check(key);
            collect(key, null);
        }

        private void collect(Key key, byte @Nullable [] value) {
            try (Use use = use()) {
                pending().put(key, value);
            }
        }

        @Override
        public void commit() {
            try (Use use = use()) {
                Map<Key, byte @Nullable []> collected = pending();
                writes = null;
                apply(collected);
            }
        }

        private Map<Key, byte @Nullable []> pending() {
            Map<Key, byte @Nullable []> open = writes;
            if (open == null) {
                throw new IllegalStateException("the batch was committed or discarded already");
            }
            return open;
        }

        @Override
        public void close() {
            writes = null;
        }
    }
}
