package io.motrds.server;

import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the store has been away for a while: every call since then failed because of that. Some clients of a
 * store, Motr's among them, come back only in a new process, so whoever supervises this one may want it to end then.
 * Thread-safe.
 */
final class Outage {

    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long NONE = 0;

    private final Duration patience;
    private final Runnable tooLong;
    private final AtomicLong since = new AtomicLong(NONE); // nanoseconds of the first failure since an answer

    /**
     * Watches.
     *
     * @param patience how long the store may be away; zero for ever
     * @param tooLong what to do then
     */
    Outage(Duration patience, Runnable tooLong) {
        this.patience = patience;
        this.tooLong = tooLong;
    }

    /** The store answered. */
    void answered() {
        if (since.get() != NONE) {
            since.set(NONE);
        }
    }

    /** A call failed. */
    void failed(DatastoreException failure) {
        boolean away = failure instanceof DatastoreUnavailableException || failure instanceof DatastoreTimeoutException;
        if (!away) {
            answered();
            return;
        }
        long now = System.nanoTime();
        since.compareAndSet(NONE, now == NONE ? 1 : now);
        if (!patience.isZero() && now - since.get() > patience.toNanos() && since.get() != NONE) {
            LOG.atError()
                    .addKeyValue("seconds", patience.toSeconds())
                    .log(
                            "the store has been away all the time; this process ends, so that a new one may reach it:"
                                    + " {}",
                            failure.getMessage());
            tooLong.run();
        }
    }

    /** Whether the last call that needed the store failed because it was away. */
    boolean isOn() {
        return since.get() != NONE;
    }
}
