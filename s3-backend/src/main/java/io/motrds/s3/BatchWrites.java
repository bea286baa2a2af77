package io.motrds.s3;

import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Commits one batch: puts side by side as wide as the window is, deletes in requests of up to 1,000 keys.
 *
 * <p>After the first failure nothing more is sent, so that a dead server is not asked once for every key; what was sent
 * is waited for. Keys that were not sent, or whose write the server refused at the first attempt, failed; the fate of those
 * of which an attempt ended without an answer, or with one that may come after the fact (a timeout, a lost connection, a
 * 5xx), is unknown.
 */
final class BatchWrites {

    /** A request under way, the keys that it writes, and whether another request tried to before. */
    private record Sent(List<Key> keys, boolean again, CompletableFuture<Map<Key, DatastoreException>> failures) {}

    private final Bucket bucket;
    private final String store;
    private final List<Sent> sent = new ArrayList<>();
    private final NavigableSet<Key> failed = new TreeSet<>();
    private final NavigableSet<Key> unknown = new TreeSet<>();
    private volatile boolean stop;
    private @Nullable DatastoreException first;

    BatchWrites(Bucket bucket, String store) {
        this.bucket = bucket;
        this.store = store;
    }

    /**
     * Applies the writes and returns when all are done.
     *
     * @param writes a value for each key, null for a delete
     */
    void commit(Map<Key, byte @Nullable []> writes) {
        List<Key> deletes = new ArrayList<>();
        writes.forEach((key, value) -> {
            if (value != null) {
                sendOnce(List.of(key), () -> bucket.put(key, value).thenApply(done -> Map.of()));
            } else if (ObjectNames.fitsXml(key.toString())) {
                deletes.add(key);
            } else {
                sendOnce(List.of(key), () -> deleteAlone(key));
            }
        });
        for (int from = 0; from < deletes.size(); from += Bucket.MAX_DELETES) {
            List<Key> keys = deletes.subList(from, Math.min(deletes.size(), from + Bucket.MAX_DELETES));
            sendOnce(keys, () -> bucket.deleteAll(keys));
        }
        for (int i = 0; i < sent.size(); i++) { // more are sent meanwhile: what is tried again
            finish(sent.get(i));
        }
        DatastoreException cause = first;
        if (cause != null) {
            throw new BatchException(store, failed, unknown, cause);
        }
    }

    @FunctionalInterface
    private interface Request {
        CompletableFuture<Map<Key, DatastoreException>> start();
    }

    private CompletableFuture<Map<Key, DatastoreException>> deleteAlone(Key key) {
        return bucket.delete(key).thenApply(done -> Map.of());
    }

    private void sendOnce(List<Key> keys, Request request) {
        if (!send(keys, false, request)) {
            failed.addAll(keys);
        }
    }

    /** Sends a request unless something has failed before; tells whether it was sent. */
    private boolean send(List<Key> keys, boolean again, Request request) {
        if (stop) {
            return false;
        }
        CompletableFuture<Map<Key, DatastoreException>> started;
        try {
            started = request.start();
        } catch (DatastoreException e) { // no place in the window
            note(e);
            return false;
        }
        sent.add(new Sent(keys, again, started.whenComplete((failures, failure) -> {
            if (failure != null || !failures.values().stream().allMatch(DatastoreException::isRetryable)) {
                stop = true;
            }
        })));
        return true;
    }

    private void finish(Sent request) {
        try {
            bucket.await("batch", request.failures()).forEach(this::deleteAgain);
        } catch (DatastoreException e) {
            // the SDK tries again only what may have taken effect, or may yet
            boolean mayHaveWritten = e.isRetryable() || request.again() || Failures.attempts(e.getCause()) > 1;
            request.keys().forEach(key -> blame(key, e, mayHaveWritten));
        }
    }

    /** The SDK tries a whole request again; the keys that an answer names are left to us. */
    private void deleteAgain(Key key, DatastoreException failure) {
        if (!failure.isRetryable() || !send(List.of(key), true, () -> deleteAlone(key))) {
            blame(key, failure, failure.isRetryable());
        }
    }

    private void blame(Key key, DatastoreException failure, boolean mayHaveWritten) {
        note(failure);
        (mayHaveWritten ? unknown : failed).add(key);
    }

    private void note(DatastoreException failure) {
        stop = true;
        if (first == null) {
            first = failure;
        }
    }
}
