package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** The store was closed. */
public class DatastoreClosedException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public DatastoreClosedException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public DatastoreClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
