package io.motrds.api.feature;

import io.motrds.api.Key;
import java.util.Optional;

/**
 * A group of reads and writes that is isolated from others: serializable. Not thread-safe. Writes become visible with
 * {@link #commit}; {@link #close} discards what was not committed.
 */
public interface Transaction extends AutoCloseable {

    /** The value of a key, with the writes of this transaction; empty when absent. */
    Optional<byte[]> get(Key key);

    /** Sets a value in this transaction. */
    void put(Key key, byte[] value);

    /** Removes a key in this transaction. */
    void delete(Key key);

    /**
     * Applies the writes, atomically. May be called once.
     *
     * @throws io.motrds.api.ConflictException if a key that this transaction read has changed since; nothing is applied
     */
    void commit();

    @Override
    void close();
}
