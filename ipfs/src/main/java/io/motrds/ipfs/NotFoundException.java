package io.motrds.ipfs;

import io.motrds.api.DatastoreException;
import org.jspecify.annotations.Nullable;

/** A block that the store lacks, or a name that a folder lacks. The message names the CID and the path. */
public class NotFoundException extends DatastoreException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public NotFoundException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public NotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
