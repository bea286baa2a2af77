package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Forwards everything, so that a faulty store overrides what it does wrong around a correct one. */
class ForwardingStore implements Datastore {

    final Datastore store;

    ForwardingStore(Datastore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public Limits limits() {
        return store.limits();
    }

    @Override
    public Optional<byte[]> get(Key key) {
        return store.get(key);
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        return store.getAll(keys);
    }

    @Override
    public boolean has(Key key) {
        return store.has(key);
    }

    @Override
    public OptionalLong size(Key key) {
        return store.size(key);
    }

    @Override
    public void put(Key key, byte[] value) {
        store.put(key, value);
    }

    @Override
    public void delete(Key key) {
        store.delete(key);
    }

    @Override
    public QueryResults query(Query query) {
        return store.query(query);
    }

    @Override
    public Set<QueryPart> nativeQueryParts() {
        return store.nativeQueryParts();
    }

    @Override
    public Batch batch() {
        return store.batch();
    }

    @Override
    public void sync(Key prefix) {
        store.sync(prefix);
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return store.feature(type);
    }

    @Override
    public void close() {
        store.close();
    }
}
