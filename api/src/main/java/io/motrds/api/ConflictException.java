package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** A transaction lost against another writer and changed nothing. */
public class ConflictException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public ConflictException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public ConflictException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
