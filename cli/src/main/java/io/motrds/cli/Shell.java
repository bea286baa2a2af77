package io.motrds.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the command is run from: its streams, its environment, and whether somebody watches.
 *
 * @param in standard input
 * @param out standard output, not buffered
 * @param err standard error, in UTF-8
 * @param environment the environment variables
 * @param piped whether standard output is a pipe, which cannot be written for one reason alone: its reader went away
 * @param watched whether standard error is a terminal, so that progress is worth showing
 */
record Shell(
        InputStream in,
        OutputStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean piped,
        boolean watched) {

    /** Set by the start script, since Java cannot tell which of its streams are terminals. */
    private static final String WATCHED = "motrds.watched";

    /** That of this process. */
    static Shell ofProcess() {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Shell(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)), // whose readNBytes refuses a pipe
                new FileOutputStream(FileDescriptor.out),
                err,
                System.getenv(),
                isPipe(Path.of("/proc/self/fd/1")),
                Boolean.getBoolean(WATCHED));
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // a system without /proc; there the message of the failure tells
        }
    }

    /** Where a user's data lies, by the XDG base directory specification: relative paths in the variable are ignored. */
    Path dataFolder() {
        String given = environment.getOrDefault("XDG_DATA_HOME", "");
        return given.startsWith("/") ? Path.of(given) : home().resolve(".local").resolve("share");
    }

    private Path home() {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home", "") : home);
    }
}
