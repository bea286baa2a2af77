package io.motrds.bench;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;

/** A store that holds the first keys of {@link Content#key}, all with one value. */
final class Filled {

    /** Work on the open store. */
    interface Work {
        Run on(Datastore store) throws Exception;
    }

    private Contestant.Opened opened;
    private int keys;

    private Filled(Contestant.Opened opened) {
        this.opened = opened;
    }

    static Filled with(Contestant contestant, int keys, int valueBytes) throws Exception {
        Filled filled = new Filled(contestant.open());
        try {
            filled.upTo(keys, valueBytes);
            filled.opened = filled.opened.settled();
            return filled;
        } catch (RuntimeException | Error e) {
            filled.opened.close();
            throw e;
        }
    }

    /** Adds keys until there are so many. */
    void upTo(int count, int valueBytes) {
        byte[] value = Content.random(valueBytes, 6);
        int each = Math.max(1, Math.min(1_000, BatchWrite.BATCH_BYTES / valueBytes));
        while (keys < count) {
            int end = Math.min(count, keys + each);
            try (Batch batch = store().batch()) {
                for (; keys < end; keys++) {
                    batch.put(Content.key(keys), value);
                }
                batch.commit();
            }
        }
        store().sync(Key.ROOT);
    }

    Datastore store() {
        return opened.store();
    }

    int keys() {
        return keys;
    }

    void requireSame(long found, long expected) {
        if (found != expected) {
            throw new IllegalStateException(store().name() + " gave " + found + " where " + expected + " are stored");
        }
    }

    void close() throws Exception {
        opened.close();
    }

    /** A trial of work on this store, which ends with it. */
    Trial trial(Work work) {
        return new Trial() {
            @Override
            public Run run() throws Exception {
                return work.on(store());
            }

            @Override
            public void close() throws Exception {
                opened.close();
            }
        };
    }
}
