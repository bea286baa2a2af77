package io.motrds.ipfs;

import io.motrds.api.RefusedInputException;
import org.jspecify.annotations.Nullable;

/** Sound content of a kind that cannot be read here, such as another codec or UnixFS type. */
public class UnsupportedContentException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public UnsupportedContentException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public UnsupportedContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
