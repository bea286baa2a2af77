package io.motrds.cli;

import org.jspecify.annotations.Nullable;

/** Arguments that cannot work; the message says which are allowed. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static void requireNotNegative(String option, long given) {
        if (given < 0) {
            throw new UsageException(option + " must not be negative: " + given);
        }
    }
}
