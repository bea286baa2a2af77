package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** Something a store could not do. The message names the store, the key where there is one, and the cause. */
public class DatastoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public DatastoreException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public DatastoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later. */
    public boolean isRetryable() {
        return false;
    }
}
