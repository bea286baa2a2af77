package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what may end a JVM: it runs one of the {@link Scenarios}. */
final class ChildJvm implements AutoCloseable {
    /** The exit code of a process that SIGKILL ended. */
    static final int KILLED = 128 + 9;
    /** The exit code of a process that a panic ended. */
    static final int ABORTED = 128 + 6;

    private static final int PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a scenario on a store with these parameters, in a working folder of its own. */
    static ChildJvm start(Path folder, String scenario, Map<String, String> parameters, Map<String, String> environment)
            throws IOException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC", // starts quickest
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path"),
                Scenarios.class.getName(),
                scenario));
        parameters.forEach((name, value) -> command.add(name + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), output);
    }

    Process process() {
        return process;
    }

    /** Waits until it has printed such a line. */
    void awaitLine(String line) throws IOException, InterruptedException {
        for (int i = 0; i < PATIENCE_SECONDS * 50; i++) {
            if (Files.readAllLines(output).contains(line)) {
                return;
            }
            assertTrue(process.isAlive(), () -> "the child ended before it said " + line + ": " + output());
            Thread.sleep(20);
        }
        throw new AssertionError("the child did not say " + line + ": " + output());
    }

    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "the child hangs: " + output());
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
