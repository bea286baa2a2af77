package io.motrds.ipfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/** Runs a program in a JVM whose heap is small. */
public final class SmallHeap {
    private SmallHeap() {}

    /** What the program printed, which must end well with a heap of 96 MiB. */
    public static String outputOf(Class<?> program) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), UTF_8).trim();
        assertEquals(0, child.waitFor(), output);
        return output;
    }
}
