package io.motrds.api.spi;

import java.util.concurrent.Callable;

/**
 * A command that a backend adds to {@code motrds}, for what only its kind of store has. A class with picocli's {@code
 * @Command}, name, description and footer (its examples) included; headings and {@code --help} are the same for every
 * command and come from {@code motrds}. Found by {@link java.util.ServiceLoader}: the class is public, has a public
 * constructor without parameters, and is named in {@code META-INF/services/io.motrds.api.spi.BackendCommand}.
 *
 * <p>{@link #call} gives the exit code: 0 for done, 1 for failed, 3 for not found; or it throws an exception of the
 * datastore contract, which is reported and becomes the exit code that fits it.
 */
public interface BackendCommand extends Callable<Integer> {

    /** Hands over what the command is run from; called once, before {@link #call}. */
    void attach(CommandContext context);
}
