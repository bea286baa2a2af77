package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** Input that the store does not take, refused before anything was written. */
public class RefusedInputException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public RefusedInputException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public RefusedInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
