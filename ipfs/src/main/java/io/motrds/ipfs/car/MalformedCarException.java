package io.motrds.ipfs.car;

import io.motrds.api.RefusedInputException;
import org.jspecify.annotations.Nullable;

/** A CAR that is cut off, damaged, incomplete or no CAR. The message says where and, if it is a block, which. */
public class MalformedCarException extends RefusedInputException {
    private static final long serialVersionUID = 1L;

    /** With a message. */
    public MalformedCarException(String message) {
        super(message);
    }

    /** With a message and what caused it. */
    public MalformedCarException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
