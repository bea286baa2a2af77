package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Passes writes on to a batch of the store within, which may start on them, and keeps them: when the commit fails, those
 * that did not or may not have taken effect go into a new batch.
 */
final class RetryBatch implements Batch {

    private final String store;
    private final Datastore child;
    private final Attempts attempts;
    private @Nullable Map<Key, byte @Nullable []> writes = new LinkedHashMap<>();
    private @Nullable Batch current; // holds all of the writes; null when it failed
    private final Set<Key> mayHaveTakenEffect = new TreeSet<>();
    private boolean someTookEffect;

    RetryBatch(String store, Datastore child, Attempts attempts) {
        this.store = store;
        this.child = child;
        this.attempts = attempts;
        this.current = attempts.call(Operation.BATCH_COMMIT, null, child::batch);
    }

    @Override
    public void put(Key key, byte[] value) {
        child.limits().check(key);
        child.limits().check(key, value);
        Map<Key, byte @Nullable []> open = open();
        passOn(batch -> batch.put(key, value));
        open.put(key, value.clone());
    }

    @Override
    public void delete(Key key) {
        child.limits().check(key);
        Map<Key, byte @Nullable []> open = open();
        passOn(batch -> batch.delete(key));
        open.put(key, null);
    }

    private void passOn(Consumer<Batch> write) {
        Batch batch = current;
        if (batch == null) {
            return; // the commit will make a new one
        }
        try {
            write.accept(batch);
        } catch (DatastoreException e) {
            if (!e.isRetryable()) {
                throw e;
            }
            current = null;
            batch.close();
        }
    }

    private Map<Key, byte @Nullable []> open() {
        Map<Key, byte @Nullable []> open = writes;
        if (open == null) {
            throw new IllegalStateException("the batch was committed or discarded already");
        }
        return open;
    }

    @Override
    public void commit() {
        Map<Key, byte @Nullable []> pending = open();
        writes = null;
        try {
            attempts.run(Operation.BATCH_COMMIT, null, () -> submit(pending));
        } catch (DatastoreException e) {
            throw inAll(e, pending.keySet());
        }
    }

    /** Commits what is pending; leaves in it what has to be committed again. */
    private void submit(Map<Key, byte @Nullable []> pending) {
        Batch prepared = current;
        current = null;
        try (Batch batch = prepared != null ? prepared : child.batch()) {
            if (prepared == null) {
                pending.forEach((key, value) -> add(batch, key, value));
            }
            batch.commit();
        } catch (DatastoreException e) {
            BatchFailure failure = BatchFailure.of(e, pending.keySet(), UnaryOperator.identity());
            mayHaveTakenEffect.addAll(failure.unknown());
            someTookEffect |= pending.keySet()
                    .removeIf(key -> !failure.failed().contains(key)
                            && !failure.unknown().contains(key));
            throw e;
        }
    }

    private static void add(Batch batch, Key key, byte @Nullable [] value) {
        if (value == null) {
            batch.delete(key);
        } else {
            batch.put(key, value);
        }
    }

    /** The last failure, with what became of each write in all attempts. */
    private DatastoreException inAll(DatastoreException last, Set<Key> pending) {
        if (!someTookEffect && !(last instanceof BatchException)) {
            return last; // it speaks for the whole
        }
        NavigableSet<Key> failed = new TreeSet<>(pending);
        failed.removeAll(mayHaveTakenEffect);
        NavigableSet<Key> unknown = new TreeSet<>(pending);
        unknown.retainAll(mayHaveTakenEffect);
        BatchFailure cause = BatchFailure.of(last, Set.of(), UnaryOperator.identity());
        DatastoreException all = new BatchFailure(failed, unknown, cause.cause()).toException(store);
        for (Throwable earlier : last.getSuppressed()) {
            all.addSuppressed(earlier);
        }
        return all;
    }

    @Override
    public void close() {
        writes = null;
        Batch batch = current;
        current = null;
        if (batch != null) {
            batch.close();
        }
    }
}
