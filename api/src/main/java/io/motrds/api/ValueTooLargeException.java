package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** A value over the store's limit, which the message gives. */
public class ValueTooLargeException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public ValueTooLargeException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public ValueTooLargeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
