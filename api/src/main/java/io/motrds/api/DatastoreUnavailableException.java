package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** The store cannot be reached or used now, by what may pass: a lost connection, a lock held by another process, a full disk. */
public class DatastoreUnavailableException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public DatastoreUnavailableException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public DatastoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
