package io.motrds.cli;

/** What was asked for is not in the store. */
final class AbsentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AbsentException(String message) {
        super(message);
    }
}
