package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Ended;
import io.motrds.cli.Terminal.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Arguments, help, and standard output. */
class UsageTest {

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void openTerminal() {
        terminal = Terminal.in(home);
    }

    static Stream<List<String>> commands() {
        List<List<String>> all = new ArrayList<>();
        collect(new Motrds(Shell.ofProcess()).commandLine(), List.of(), all);
        return all.stream();
    }

    private static void collect(CommandLine command, List<String> path, List<List<String>> all) {
        all.add(path);
        command.getSubcommands().forEach((name, sub) -> {
            List<String> deeper = new ArrayList<>(path);
            deeper.add(name);
            collect(sub, deeper, all);
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithExamples(List<String> command) {
        List<String> args = new ArrayList<>(command);
        args.add("--help");
        Outcome outcome = terminal.run(args.toArray(String[]::new));
        assertEquals(0, outcome.exitCode());
        assertEquals("", outcome.err());
        assertTrue(outcome.out().startsWith("Usage: motrds"), outcome::out);
        assertTrue(outcome.out().contains("\nExamples:\n  "), outcome::out);
        assertTrue(outcome.out().endsWith("\n"), outcome::out);
        assertTrue(outcome.out().lines().allMatch(line -> line.length() <= 80), outcome::out);
    }

    @Test
    void theVersionIsShown() {
        Outcome outcome = terminal.run("--version");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.lines().get(0).startsWith("motrds "), outcome::out);
    }

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of(),
                List.of("nothing"),
                List.of("key"),
                List.of("key", "nothing"),
                List.of("car"),
                List.of("car", "import"),
                List.of("config"),
                List.of("key", "get"),
                List.of("key", "get", "/a", "/b"),
                List.of("key", "ls", "--nothing"),
                List.of("key", "ls", "--limit", "many"),
                List.of("du", "--config"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeGetsOneLineAndWhereToLook(List<String> args) {
        Outcome outcome = terminal.run(args.toArray(String[]::new));
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome::err);
        assertTrue(outcome.err().matches("(?s)motrds: .*; see motrds.* --help\n"), outcome::err);
    }

    @Test
    void aMisspeltCommandIsRecognised() {
        assertTrue(terminal.run("backend").err().contains("did you mean backends"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\u0000b", "/a\ud800"})
    void aKeyThatCannotBeIsRefused(String key) {
        for (List<String> args :
                List.of(List.of("key", "get", key), List.of("key", "put", key, "x"), List.of("key", "ls", key))) {
            Outcome outcome = terminal.run(args.toArray(String[]::new));
            assertEquals(2, outcome.exitCode(), outcome::toString);
            assertEquals(1, outcome.err().lines().count(), outcome::err);
            assertTrue(outcome.err().startsWith("motrds: a key must"), outcome::err);
        }
    }

    /** Refuses what is written. */
    private static final class Refusing extends OutputStream {
        private final String reason;

        Refusing(String reason) {
            this.reason = reason;
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException(reason);
        }
    }

    @Test
    void aReaderThatWentAwayIsNoNews() {
        Ended ended = terminal.run(new Refusing("Broken pipe"), "backends");
        assertEquals(141, ended.exitCode());
        assertEquals("", ended.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"backends", "--help", "--version", "completion"})
    void outputThatIsLostIsAFailure(String command) {
        Ended ended = terminal.run(new Refusing("No space left on device"), command);
        assertEquals(1, ended.exitCode());
        assertEquals("motrds: standard output cannot be written: No space left on device\n", ended.err());
    }

    @Test
    void stackTracesAreForWhoAsks() {
        assertEquals(1, terminal.run("du", "--config", "none").err().lines().count());
        assertTrue(terminal.run("du", "-v", "--config", "none").err().contains("\tat "));
    }

    @Test
    void completionKnowsEveryCommand() {
        String script = terminal.run("completion").out();
        assertTrue(script.contains("#!/usr/bin/env bash"), script);
        for (String command : List.of("backends", "config", "key", "du", "--config")) {
            assertTrue(script.contains(command), command);
        }
    }
}
