package io.motrds.api;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/** A batch of which some writes failed; those to keys that are in neither set took effect. */
public class BatchException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    private final transient NavigableSet<Key> failedKeys;
    private final transient NavigableSet<Key> unknownKeys;
    private final boolean retryable;

    /**
     * With the keys and the first cause.
     *
     * @param store the store's name
     * @param failedKeys keys whose write did not take effect
     * @param unknownKeys keys whose write may or may not have taken effect
     * @param cause the first failure; when it is retryable, so is this
     */
    public BatchException(String store, Iterable<Key> failedKeys, Iterable<Key> unknownKeys, DatastoreException cause) {
        super(describe(store, sorted(failedKeys), sorted(unknownKeys), cause), cause);
        this.failedKeys = Collections.unmodifiableNavigableSet(sorted(failedKeys));
        this.unknownKeys = Collections.unmodifiableNavigableSet(sorted(unknownKeys));
        this.retryable = cause.isRetryable();
    }

    /** Keys whose write did not take effect. */
    public NavigableSet<Key> failedKeys() {
        return failedKeys;
    }

    /** Keys whose write may or may not have taken effect. */
    public NavigableSet<Key> unknownKeys() {
        return unknownKeys;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }

    private static NavigableSet<Key> sorted(Iterable<Key> keys) {
        NavigableSet<Key> set = new TreeSet<>();
        keys.forEach(set::add);
        return set;
    }

    private static String describe(
            String store, NavigableSet<Key> failed, NavigableSet<Key> unknown, DatastoreException cause) {
        return store + ": batch not committed; failed: " + some(failed) + "; fate unknown: " + some(unknown) + "; "
                + cause.getMessage();
    }

    private static String some(NavigableSet<Key> keys) {
        if (keys.isEmpty()) {
            return "none";
        }
        return keys.first() + (keys.size() == 1 ? "" : " and " + (keys.size() - 1) + " more");
    }
}
