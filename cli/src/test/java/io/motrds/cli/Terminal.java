package io.motrds.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the command within this process, for a user whose data lies in a folder of the test. */
record Terminal(Path home, Map<String, String> environment, byte[] input, boolean watched) {

    /**
     * What a run left behind.
     *
     * @param exitCode its exit code
     * @param bytes standard output
     * @param err standard error
     */
    record Outcome(int exitCode, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\nout: " + out() + "\nerr: " + err;
        }
    }

    static Terminal in(Path home) {
        return new Terminal(home, Map.of("XDG_DATA_HOME", home.toString()), new byte[0], false);
    }

    Terminal withInput(byte[] bytes) {
        return new Terminal(home, environment, bytes, watched);
    }

    Terminal with(String variable, String value) {
        return new Terminal(home, Map.of("XDG_DATA_HOME", home.toString(), variable, value), input, watched);
    }

    Terminal watching() {
        return new Terminal(home, environment, input, true);
    }

    Outcome run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return run(out, args).exit(out);
    }

    /** A run whose standard output went elsewhere. */
    record Ended(int exitCode, String err) {
        Outcome exit(ByteArrayOutputStream out) {
            return new Outcome(exitCode, out.toByteArray(), err);
        }
    }

    Ended run(OutputStream out, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        InputStream in = new ByteArrayInputStream(input);
        Shell shell =
                new Shell(in, out, new PrintStream(err, true, StandardCharsets.UTF_8), environment, false, watched);
        int exitCode = Motrds.run(shell, args);
        return new Ended(exitCode, err.toString(StandardCharsets.UTF_8));
    }

    /** A file in the home folder. */
    Path file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] content) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
