package io.motrds.api;

import org.jspecify.annotations.Nullable;

/** A configuration that cannot work: the message names the parameter, what was given and what is allowed. */
public class MisconfiguredException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public MisconfiguredException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public MisconfiguredException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
