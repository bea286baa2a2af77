package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls the store within again when it failed with an error that may pass. */
final class RetryDatastore extends Layer {

    private final Datastore child;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Attempts attempts;

    RetryDatastore(Datastore child, RetryPolicy policy) {
        super("retry(" + child.name() + ")", child.limits(), child.nativeQueryParts());
        this.child = child;
        this.attempts = new Attempts(name(), policy, this::untilClosed);
    }

    /** With other pauses than waiting. */
    RetryDatastore(Datastore child, RetryPolicy policy, Attempts.Pause pause) {
        super("retry(" + child.name() + ")", child.limits(), child.nativeQueryParts());
        this.child = child;
        this.attempts = new Attempts(name(), policy, pause);
    }

    private boolean untilClosed(Duration time) throws InterruptedException {
        return !closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Optional<byte[]> get(Key key) {
        return attempts.call(Operation.GET, key, () -> child.get(key));
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        return attempts.call(Operation.GET_ALL, null, () -> child.getAll(keys));
    }

    @Override
    public boolean has(Key key) {
        return attempts.call(Operation.HAS, key, () -> child.has(key));
    }

    @Override
    public OptionalLong size(Key key) {
        return attempts.call(Operation.SIZE, key, () -> child.size(key));
    }

    @Override
    public void put(Key key, byte[] value) {
        attempts.run(Operation.PUT, key, () -> child.put(key, value));
    }

    @Override
    public void delete(Key key) {
        attempts.run(Operation.DELETE, key, () -> child.delete(key));
    }

    @Override
    public QueryResults query(Query query) {
        return new RetryResults(child, attempts, query);
    }

    @Override
    public Batch batch() {
        return new RetryBatch(name(), child, attempts);
    }

    @Override
    public void sync(Key prefix) {
        attempts.run(Operation.SYNC, prefix, () -> child.sync(prefix));
    }

    /** Transactions are not tried again: only who began one can repeat what it read and decided. */
    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return child.feature(type)
                .map(feature -> Features.wrap(type, feature, new Features.Around() {
                    @Override
                    public <T> T call(Operation operation, @Nullable Key key, long bytes, Supplier<T> call) {
                        return attempts.call(operation, key, call);
                    }
                }));
    }

    /** Calls that pause between two attempts end at once. */
    @Override
    public void close() {
        closed.countDown();
        child.close();
    }
}
