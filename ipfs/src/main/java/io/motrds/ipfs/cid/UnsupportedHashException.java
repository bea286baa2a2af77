package io.motrds.ipfs.cid;

import io.motrds.api.RefusedInputException;
import org.jspecify.annotations.Nullable;

/** A hash that data cannot be checked against: of an unsupported function, too short or too long to be trusted. */
public class UnsupportedHashException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public UnsupportedHashException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public UnsupportedHashException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
