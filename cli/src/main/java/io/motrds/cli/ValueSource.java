package io.motrds.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a value comes from: an argument, a file, or standard input. */
record ValueSource(String name, Opener opener) {

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /**
     * From the arguments of a command, of which exactly one is given; {@code -} is standard input in either.
     *
     * @throws UsageException if none or both are given
     */
    static ValueSource of(Shell shell, @Nullable String argument, @Nullable Path file) {
        if (argument != null && file == null) {
            return argument.equals("-")
                    ? standardInput(shell)
                    : new ValueSource(
                            "the value", () -> new ByteArrayInputStream(argument.getBytes(StandardCharsets.UTF_8)));
        }
        if (argument == null && file != null) {
            return file.toString().equals("-") ? standardInput(shell) : ofFile(file);
        }
        throw new UsageException("give the value once: as an argument, with -f FILE, or - for standard input");
    }

    private static ValueSource standardInput(Shell shell) {
        return new ValueSource("standard input", shell::in);
    }

    private static ValueSource ofFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " is a folder; give a file");
        }
        return new ValueSource(file.toString(), () -> Files.newInputStream(file));
    }

    /**
     * Reads the value, and no more of it than the store would take.
     *
     * @throws UsageException if it is larger
     */
    byte[] read(int maxBytes) throws IOException {
        try (InputStream in = opener.open()) {
            byte[] bytes = in.readNBytes(maxBytes == Integer.MAX_VALUE ? maxBytes : maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new UsageException(name + " is larger than a value may be in this store, " + maxBytes
                        + " B; motrds add takes files of any size");
            }
            return bytes;
        }
    }
}
