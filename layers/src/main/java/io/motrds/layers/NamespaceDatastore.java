package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryEngine;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.GuardedResults;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Shows the part of a store that lies below a prefix as a store of its own: {@code /a} here is {@code /prefix/a} there,
 * and {@code /} here is {@code /prefix} there.
 */
final class NamespaceDatastore extends Layer {

    private final Prefix prefix;
    private final Datastore child;
    private volatile boolean closed;

    NamespaceDatastore(Prefix prefix, Datastore child) {
        super("namespace(" + prefix + ": " + child.name() + ")", limits(prefix, child), child.nativeQueryParts());
        this.prefix = prefix;
        this.child = child;
    }

    private static Limits limits(Prefix prefix, Datastore child) {
        return new Limits(
                child.limits().maxKeyBytes() - prefix.length(), child.limits().maxValueBytes());
    }

    /** The key there of a key here. */
    private Key there(Key key) {
        limits().check(key);
        return prefix.add(key);
    }

    private void checkOpen() {
        if (closed) { // for what does not reach the store within
            throw new DatastoreClosedException(name() + " was closed");
        }
    }

    @Override
    public Optional<byte[]> get(Key key) {
        return child.get(there(key));
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        Map<Key, byte[]> found = new LinkedHashMap<>();
        child.getAll(keys.stream().map(this::there).toList())
                .forEach((key, value) -> found.put(prefix.strip(key), value));
        return found;
    }

    @Override
    public boolean has(Key key) {
        return child.has(there(key));
    }

    @Override
    public OptionalLong size(Key key) {
        return child.size(there(key));
    }

    @Override
    public void put(Key key, byte[] value) {
        Key there = there(key);
        limits().check(key, value);
        child.put(there, value);
    }

    @Override
    public void delete(Key key) {
        child.delete(there(key));
    }

    @Override
    public QueryResults query(Query query) {
        checkOpen();
        QueryResults results =
                QueryEngine.run(query, nativeQueryParts(), scan -> new NamespaceCursor(child, prefix, scan));
        return new GuardedResults(results, this::checkOpen);
    }

    @Override
    public Batch batch() {
        return new NamespaceBatch(child.batch());
    }

    @Override
    public void sync(Key key) {
        child.sync(prefix.add(key));
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return child.feature(type).map(feature -> NamespaceFeatures.of(type, feature, this::there));
    }

    @Override
    public void close() {
        closed = true;
        child.close();
    }

    private final class NamespaceBatch implements Batch {
        private final Batch batch;

        NamespaceBatch(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void put(Key key, byte[] value) {
            Key there = there(key);
            limits().check(key, value);
            batch.put(there, value);
        }

        @Override
        public void delete(Key key) {
            batch.delete(there(key));
        }

        @Override
        public void commit() {
            try {
                batch.commit();
            } catch (BatchException e) {
                throw BatchFailure.of(e, Set.of(), prefix::strip).toException(name());
            }
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
