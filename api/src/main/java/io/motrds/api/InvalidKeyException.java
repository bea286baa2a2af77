package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** A key that is malformed or too long; the message says what is allowed. */
public class InvalidKeyException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public InvalidKeyException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public InvalidKeyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
