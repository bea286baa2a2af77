package io.motrds.cli;

import picocli.CommandLine.Option;

/** The option of commands whose output is data. */
final class JsonOption {

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;
}
