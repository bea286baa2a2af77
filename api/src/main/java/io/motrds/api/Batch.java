package io.motrds.api;

/**
 * A group of deferred writes. Nothing is visible before {@link #commit}; the last write to a key wins.
 *
 * <p>Whether a commit is atomic is up to the store, see {@link io.motrds.api.feature.AtomicBatches}. A batch is used
 * once: after {@code commit}, failed or not, it takes nothing more ({@link IllegalStateException}). It holds what it was
 * given in memory, so the caller bounds it.
 *
 * <p>Not thread-safe; several batches of one store may be used at once.
 */
public interface Batch extends AutoCloseable {

    /**
     * Defers a put.
     *
     * @throws RefusedInputException at once if the store does not take the key or value
     */
    void put(Key key, byte[] value);

    /**
     * Defers a delete.
     *
     * @throws RefusedInputException at once if the store does not take the key
     */
    void delete(Key key);

    /**
     * Applies the writes. As durable as {@link Datastore#put}.
     *
     * @throws BatchException if some writes failed or their fate is unknown; it names the keys
     */
    void commit();

    /** Discards what was not committed. */
    @Override
    void close();
}
