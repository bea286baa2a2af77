package io.motrds.cli;

/** How the command ends; part of what scripts rely on. */
final class ExitCode {

    static final int OK = 0;

    /** It could not do what was asked. */
    static final int FAILURE = 1;

    /** It was asked wrongly: arguments, input or a configuration that cannot work. */
    static final int USAGE = 2;

    /** What was asked for is not there. */
    static final int NOT_FOUND = 3;

    /** The reader of standard output went away: what a shell shows for a process that SIGPIPE ended. */
    static final int BROKEN_PIPE = 141;

    private ExitCode() {}
}
