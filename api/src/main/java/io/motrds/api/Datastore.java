package io.motrds.api;

import io.motrds.api.feature.Feature;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Maps keys to byte values.
 *
 * <p><b>Thread-safe.</b> Operations on one key are linearizable: each takes effect at one moment between its call and
 * its return.
 *
 * <p><b>Arrays belong to the caller.</b> No store keeps an array that it was given, nor hands out one that it keeps.
 *
 * <p><b>Absence is no error</b>: {@code get} and {@code size} return an empty optional, {@code delete} does nothing.
 *
 * <p><b>Errors</b> are unchecked {@link DatastoreException}s: {@link RefusedInputException} for a key or value that the
 * store does not take, {@link DatastoreUnavailableException} and {@link DatastoreTimeoutException} for what may pass
 * (see {@link DatastoreException#isRetryable}), {@link CorruptDataException} for damaged data, {@link
 * DatastoreClosedException} after {@link #close}. A write that failed with a retryable error may have taken effect.
 *
 * <p>Opened by {@link Datastores}; what only some stores can do is behind {@link #feature}.
 */
public interface Datastore extends AutoCloseable {

    /** The store's type and place, for messages, as in {@code levelds /var/lib/motrds}. Never holds a secret. */
    String name();

    /** The largest key and value that it takes. */
    Limits limits();

    /** The value of a key; empty when absent. */
    Optional<byte[]> get(Key key);

    /**
     * The values of many keys in one call, pipelined where the store can. The map holds the keys that exist, in the
     * order in which they were given, each once; all values are in memory at once, so the caller bounds the number of keys.
     */
    Map<Key, byte[]> getAll(Collection<Key> keys);

    /** Whether the key exists. */
    boolean has(Key key);

    /** The size of the key's value in bytes, found without transferring the value where the store can; empty when absent. */
    OptionalLong size(Key key);

    /**
     * Sets a key's value, replacing what was there. Readers see the old or the new value, never a mixture. Durable when
     * {@link #sync} returned, and with stores whose configuration says so ({@code syncWrites}) when this returned.
     */
    void put(Key key, byte[] value);

    /** Removes a key; does nothing when it is absent. */
    void delete(Key key);

    /**
     * Starts a query. The result is lazy: it reads while it is consumed, fails while it is consumed, and must be closed.
     *
     * <p>Keys that exist throughout are shown exactly once, those written or deleted meanwhile at most once and with a
     * value that they had.
     */
    QueryResults query(Query query);

    /** Which parts of a query the store does itself; the shared engine does the others. */
    Set<QueryPart> nativeQueryParts();

    /** Starts a group of deferred writes. */
    Batch batch();

    /** Returns when every write to the prefix and below that returned before this call is durable. */
    void sync(Key prefix);

    /**
     * What the store can do beyond this contract, as in {@code store.feature(DiskUsage.class)}. A layer forwards the
     * features of what it covers where they keep their meaning.
     *
     * @return empty when the store cannot do it
     */
    default <F extends Feature> Optional<F> feature(Class<F> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /**
     * Closes the store after the operations that are under way. Writes that returned are kept by a persistent store.
     * Open query results end with {@link DatastoreClosedException}. Closing twice does nothing.
     */
    @Override
    void close();
}
