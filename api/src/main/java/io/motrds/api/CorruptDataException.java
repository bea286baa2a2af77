package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** Stored data is damaged: a checksum, hash or structure does not hold. */
public class CorruptDataException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public CorruptDataException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public CorruptDataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
