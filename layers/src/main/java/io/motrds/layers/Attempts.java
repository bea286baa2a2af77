package io.motrds.layers;

import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls again what failed with an error that may pass, after a pause that doubles each time. A pause is between a half
 * and the whole of that, at random, so that many callers of a store that went away do not come back all at once.
 */
final class Attempts {

    /** Waits between attempts. */
    @FunctionalInterface
    interface Pause {
        /** Returns after this time, or as soon as there is no use in waiting any longer: then with false. */
        boolean await(Duration time) throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final String store;
    private final RetryPolicy policy;
    private final Pause pause;

    /**
     * Attempts.
     *
     * @param store the store's name, for logs and messages
     */
    Attempts(String store, RetryPolicy policy, Pause pause) {
        this.store = store;
        this.policy = policy;
        this.pause = pause;
    }

    /**
     * Calls until it succeeds, fails for good, or was tried often enough.
     *
     * @param key what the call is about, for the log
     * @throws DatastoreException the last failure; those before it are suppressed in it
     */
    <T extends @Nullable Object> T call(Operation operation, @Nullable Key key, Supplier<T> call) {
        List<DatastoreException> earlier = new ArrayList<>(0);
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (DatastoreException e) {
                boolean again =
                        e.isRetryable() && attempt < policy.attempts() && pauseAfter(attempt, operation, key, e);
                if (!again) {
                    earlier.stream().filter(other -> other != e).forEach(e::addSuppressed);
                    throw e;
                }
                earlier.add(e);
            }
        }
    }

    /** The same for a call that returns nothing. */
    void run(Operation operation, @Nullable Key key, Runnable call) {
        call(operation, key, () -> {
            call.run();
            return Optional.empty();
        });
    }

    /** Pauses; returns false when interrupted. */
    private boolean pauseAfter(int attempt, Operation operation, @Nullable Key key, DatastoreException failure) {
        Duration time = policy.pauseAfter(attempt, ThreadLocalRandom.current().nextDouble());
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: {} {} failed, attempt {} of {}, next in {} ms: {}",
                    store,
                    operation,
                    key == null ? "" : OneLine.quote(key.toString()),
                    attempt,
                    policy.attempts(),
                    time.toMillis(),
                    OneLine.quote(String.valueOf(failure.getMessage())));
        }
        try {
            if (!pause.await(time)) {
                throw new DatastoreClosedException(store + " was closed", failure);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
