package io.motrds.cli;

import java.io.IOException;

/** Standard output cannot be written: its reader went away, or the disk behind it is full. */
final class OutputException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean brokenPipe;

    OutputException(IOException cause, boolean brokenPipe) {
        super("standard output cannot be written: " + cause.getMessage(), cause);
        this.brokenPipe = brokenPipe;
    }

    /** Whether the reader went away, as {@code head} does when it has enough. */
    boolean isBrokenPipe() {
        return brokenPipe;
    }
}
