package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** No answer in time. A write may or may not have taken effect. */
public class DatastoreTimeoutException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public DatastoreTimeoutException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public DatastoreTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
