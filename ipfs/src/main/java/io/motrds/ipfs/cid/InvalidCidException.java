package io.motrds.ipfs.cid;

import io.motrds.api.RefusedInputException;
import org.jspecify.annotations.Nullable;

/** Text or bytes that are no CID, multihash or multibase text; the message says what was wrong with them. */
public class InvalidCidException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public InvalidCidException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public InvalidCidException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
