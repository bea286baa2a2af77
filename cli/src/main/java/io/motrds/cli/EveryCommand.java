package io.motrds.cli;

import io.motrds.api.spi.BackendCommand;
import io.motrds.api.spi.CommandContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What a backend's command gets from here, so that it looks like the others: the headings of its help, and the option. */
@Command(
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        sortOptions = false)
final class EveryCommand {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    boolean help;

    /** A backend's command, ready to be added. */
    static CommandLine around(BackendCommand command, CommandContext context) {
        command.attach(context);
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().addMixin("everyCommand", CommandSpec.forAnnotatedObject(new EveryCommand()));
        return line;
    }
}
