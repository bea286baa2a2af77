package io.motrds.motr;

import io.motrds.api.spi.BackendCommand;
import io.motrds.api.spi.CommandContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands for Motr have in common. */
abstract class MotrCommand implements BackendCommand {
    /** Exit code: what was asked for is not there. */
    static final int NOT_FOUND = 3;

    /** Exit code: it could not do what was asked. */
    static final int FAILED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // set by attach, before anything else
    private CommandContext context;

    @Override
    public final void attach(CommandContext given) {
        context = given;
    }

    final CommandContext context() {
        return context;
    }

    /** A mistake in the arguments. */
    final ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
