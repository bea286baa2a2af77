package io.motrds.ipfs;

import io.motrds.api.CorruptDataException;
import org.jspecify.annotations.Nullable;

/** A block that has its hash but not the form that it should have. The message names the CID. */
public class MalformedBlockException extends CorruptDataException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public MalformedBlockException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public MalformedBlockException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
