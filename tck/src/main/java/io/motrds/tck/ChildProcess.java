package io.motrds.tck;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that works on the store of a test. It is given the store's parameters on its standard input, so that
 * no secret is on its command line, and reports line by line on its standard output.
 */
final class ChildProcess implements AutoCloseable {

    /** What a report starts with; other lines are what some library prints. */
    private static final String REPORT = "tck: ";

    private static final int PATIENCE_SECONDS = 120;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Process process;
    private final BufferedReader reports;
    private final Path errors;
    private volatile boolean tookTooLong;

    private ChildProcess(Process process, Path errors) {
        this.process = process;
        this.reports = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(this::losePatience);
    }

    /**
     * Starts a class of this package that waits in {@link #parameters(InputStream)} until {@link #go} tells it to work.
     *
     * @param errors where its standard error goes
     * @param environment in addition to this process's
     */
    static ChildProcess start(Class<?> main, Path errors, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC", // starts quickest
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it work on the store with these parameters. */
    void go(Map<String, String> parameters) {
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            out.writeInt(parameters.size());
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                out.writeUTF(parameter.getKey());
                out.writeUTF(parameter.getValue());
            }
        } catch (IOException e) {
            throw new AssertionError("the child process ended at once: " + errors(), e);
        }
    }

    /** In the child: waits for the parameters. */
    static Map<String, String> parameters(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int left = data.readInt(); left > 0; left--) {
            parameters.put(data.readUTF(), data.readUTF());
        }
        return parameters;
    }

    /** In the child: reports something, at once. */
    static void report(String text) {
        byte[] line = Bytes.of(REPORT + text + "\n");
        System.out.write(line, 0, line.length);
        System.out.flush();
    }

    /** The next report; null when the process has ended. */
    @Nullable String next() {
        try {
            String line = reports.readLine();
            while (line != null && !line.startsWith(REPORT)) {
                line = reports.readLine();
            }
            return line == null ? null : line.substring(REPORT.length());
        } catch (IOException e) {
            return null; // its end of the pipe is gone
        }
    }

    private void losePatience() {
        tookTooLong = true;
        process.destroyForcibly();
    }

    /** Why there is no further report, for messages. */
    String ending() {
        return tookTooLong
                ? "the child process took longer than " + PATIENCE_SECONDS + " s: " + errors()
                : "the child process ended by itself (exit status " + exitCode() + "): " + errors();
    }

    /** Whether a signal ended it that processes are killed with, and not because it took too long. Waits for its end. */
    boolean wasKilled() {
        int status = exitCode();
        return !tookTooLong && (status == 128 + SIGKILL || status == 128 + SIGTERM);
    }

    /** Ends it with SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly(); // that of Process would close the stream with what is unread
    }

    /** Waits until it has ended; what it still reported can be read then. */
    int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What it wrote to its standard error. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    @Override
    public void close() {
        kill();
        exitCode();
    }
}
