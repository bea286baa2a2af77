package io.motrds.layers;

import io.motrds.api.BatchException;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What became of the writes of a batch that failed.
 *
 * @param failed keys whose write did not take effect
 * @param unknown keys whose write may have taken effect
 * @param cause why
 */
record BatchFailure(NavigableSet<Key> failed, NavigableSet<Key> unknown, DatastoreException cause) {

    /**
     * What a commit's failure says.
     *
     * @param e the failure
     * @param writes the keys of the batch, for a failure that names none
     * @param outer makes the keys that it names into those of the layer
     */
    static BatchFailure of(DatastoreException e, Collection<Key> writes, UnaryOperator<Key> outer) {
        if (e instanceof BatchException batch) {
            DatastoreException cause = batch.getCause() instanceof DatastoreException first ? first : e;
            return new BatchFailure(map(batch.failedKeys(), outer), map(batch.unknownKeys(), outer), cause);
        }
        boolean nothingDone = e instanceof RefusedInputException || e instanceof DatastoreClosedException;
        NavigableSet<Key> keys = new TreeSet<>(writes);
        return new BatchFailure(nothingDone ? keys : new TreeSet<>(), nothingDone ? new TreeSet<>() : keys, e);
    }

    /** Both together. The cause is one that no retry helps against, if either is. */
    BatchFailure and(BatchFailure other) {
        boolean otherDecides = cause.isRetryable() && !other.cause.isRetryable();
        DatastoreException decisive = otherDecides ? other.cause : cause;
        DatastoreException further = otherDecides ? cause : other.cause;
        if (decisive != further) {
            decisive.addSuppressed(further);
        }
        return new BatchFailure(union(failed, other.failed), union(unknown, other.unknown), decisive);
    }

    BatchException toException(String store) {
        return new BatchException(store, failed, unknown, cause);
    }

    private static NavigableSet<Key> map(Set<Key> keys, UnaryOperator<Key> outer) {
        NavigableSet<Key> mapped = new TreeSet<>();
        keys.forEach(key -> mapped.add(outer.apply(key)));
        return mapped;
    }

    private static NavigableSet<Key> union(Set<Key> some, Set<Key> more) {
        NavigableSet<Key> both = new TreeSet<>(some);
        both.addAll(more);
        return both;
    }
}
