package io.motrds.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints a completion script. */
@Command(
        name = "completion",
        description = "Print a script that makes bash and zsh complete the command's arguments.",
        footer = {
            "  source <(motrds completion)",
            "  motrds completion > ~/.local/share/bash-completion/completions/motrds"
        })
final class CompletionCommand extends MotrdsCommand {

    @Override
    public Integer call() {
        out().line(AutoComplete.bash("motrds", motrds().commandLine()));
        return ExitCode.OK;
    }
}
