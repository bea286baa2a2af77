package io.motrds.layers;

import io.motrds.api.Key;
import org.jspecify.annotations.Nullable;

/** Told of each operation of an {@link ObservedDatastore} when it has ended. Thread-safe. */
interface Observer {

    /** Stands for a number that an operation does not have. */
    long NONE = -1;

    /** Whether anybody looks at what would be told now. */
    boolean isWatching();

    /**
     * An operation has succeeded.
     *
     * @param key its key or prefix; null when it has none
     * @param count the keys that it found or wrote; for an operation on one key 0 when that is absent
     * @param bytes the size of the values that it read or wrote
     * @param nanos how long it took
     */
    void succeeded(Operation operation, @Nullable Key key, long count, long bytes, long nanos);

    /** An operation has failed. */
    void failed(Operation operation, @Nullable Key key, long nanos, Throwable failure);
}
