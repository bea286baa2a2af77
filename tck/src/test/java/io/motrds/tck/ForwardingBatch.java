package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Key;

/** Forwards everything, see {@link ForwardingStore}. */
class ForwardingBatch implements Batch {

    final Batch batch;

    ForwardingBatch(Batch batch) {
        this.batch = batch;
    }

    @Override
    public void put(Key key, byte[] value) {
        batch.put(key, value);
    }

    @Override
    public void delete(Key key) {
        batch.delete(key);
    }

    @Override
    public void commit() {
        batch.commit();
    }

    @Override
    public void close() {
        batch.close();
    }
}
