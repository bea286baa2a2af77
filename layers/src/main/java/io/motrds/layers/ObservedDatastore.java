package io.motrds.layers;

import static io.motrds.layers.Observer.NONE;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Passes everything on to the store within and tells an {@link Observer} how it went. */
final class ObservedDatastore extends Layer {

    private final Datastore child;
    private final Observer observer;

    ObservedDatastore(String name, Datastore child, Observer observer) {
        super(name, child.limits(), child.nativeQueryParts());
        this.child = child;
        this.observer = observer;
    }

    @Override
    public Optional<byte[]> get(Key key) {
        return observe(
                Operation.GET,
                key,
                () -> child.get(key),
                value -> value.isPresent() ? 1 : 0,
                value -> value.isPresent() ? value.get().length : NONE);
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        return observe(
                Operation.GET_ALL,
                null,
                () -> child.getAll(keys),
                Map::size,
                found ->
                        found.values().stream().mapToLong(value -> value.length).sum());
    }

    @Override
    public boolean has(Key key) {
        return observe(Operation.HAS, key, () -> child.has(key), found -> found ? 1 : 0, found -> NONE);
    }

    @Override
    public OptionalLong size(Key key) {
        return observe(
                Operation.SIZE,
                key,
                () -> child.size(key),
                size -> size.isPresent() ? 1 : 0,
                size -> size.isPresent() ? size.getAsLong() : NONE);
    }

    @Override
    public void put(Key key, byte[] value) {
        observe(Operation.PUT, key, value.length, () -> child.put(key, value));
    }

    @Override
    public void delete(Key key) {
        observe(Operation.DELETE, key, NONE, () -> child.delete(key));
    }

    @Override
    public QueryResults query(Query query) {
        long start = System.nanoTime();
        try {
            QueryResults results = child.query(query);
            return observer.isWatching() ? new ObservedResults(results, query.prefix(), start, observer) : results;
        } catch (RuntimeException | Error e) {
            observer.failed(Operation.QUERY, query.prefix(), System.nanoTime() - start, e);
            throw e;
        }
    }

    @Override
    public Batch batch() {
        return new ObservedBatch(child.batch());
    }

    @Override
    public void sync(Key prefix) {
        observe(Operation.SYNC, prefix, NONE, () -> child.sync(prefix));
    }

    /** Transactions stay unobserved: what they read and write is known only to them. */
    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return child.feature(type)
                .map(feature -> Features.wrap(type, feature, new Features.Around() {
                    @Override
                    public <T> T call(Operation operation, @Nullable Key key, long bytes, Supplier<T> call) {
                        return observe(operation, key, call, result -> NONE, result -> bytes);
                    }
                }));
    }

    @Override
    public void close() {
        child.close();
    }

    private void observe(Operation operation, Key key, long bytes, Runnable call) {
        if (!observer.isWatching()) {
            call.run();
            return;
        }
        long start = System.nanoTime();
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            observer.failed(operation, key, System.nanoTime() - start, e);
            throw e;
        }
        observer.succeeded(operation, key, NONE, bytes, System.nanoTime() - start);
    }

    private <T> T observe(
            Operation operation,
            @Nullable Key key,
            Supplier<T> call,
            ToLongFunction<T> count,
            ToLongFunction<T> bytes) {
        if (!observer.isWatching()) {
            return call.get();
        }
        long start = System.nanoTime();
        T result;
        try {
            result = call.get();
        } catch (RuntimeException | Error e) {
            observer.failed(operation, key, System.nanoTime() - start, e);
            throw e;
        }
        long nanos = System.nanoTime() - start;
        observer.succeeded(operation, key, count.applyAsLong(result), bytes.applyAsLong(result), nanos);
        return result;
    }

    private final class ObservedBatch implements Batch {
        private final Batch batch;
        private long writes;
        private long bytes;

        ObservedBatch(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void put(Key key, byte[] value) {
            observe(Operation.BATCH_PUT, key, value.length, () -> batch.put(key, value));
            writes++;
            bytes += value.length;
        }

        @Override
        public void delete(Key key) {
            observe(Operation.BATCH_DELETE, key, NONE, () -> batch.delete(key));
            writes++;
        }

        @Override
        public void commit() {
            Supplier<Optional<Void>> commit = () -> {
                batch.commit();
                return Optional.empty();
            };
            observe(Operation.BATCH_COMMIT, null, commit, done -> writes, done -> bytes);
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
