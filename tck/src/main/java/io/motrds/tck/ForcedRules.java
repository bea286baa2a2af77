package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.feature.Persistence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Rules of what sync has done when it returns, seen in the calls that the process made: killing a process does not show
 * it, because the page cache survives. Files outside the store's folder do not count; a store that keeps no files passes.
 */
interface ForcedRules extends StoreRules {

    /** Whether the file holds data, so that losing it in a crash would lose some. */
    boolean countsAsData(Path file);

    @Test
    default void syncForcesEveryFileThatWasWritten() throws IOException, InterruptedException {
        Recording recording = record();
        assertTrue(
                recording.unforcedFiles().isEmpty(),
                () -> "when sync returns, every file that was written has been forced (fsync, fdatasync, msync):"
                        + list(recording.unforcedFiles()));
    }

    @Test
    default void syncForcesEveryNewDirectoryEntry() throws IOException, InterruptedException {
        Recording recording = record();
        assertTrue(
                recording.unforcedEntries().isEmpty(),
                () -> "when sync returns, the folder of every new or renamed file has been forced (fsync):"
                        + list(recording.unforcedEntries()));
    }

    private static String list(List<String> lines) {
        String more = lines.size() > 20 ? "\n  … and " + (lines.size() - 20) + " more" : "";
        return lines.stream().limit(20).collect(Collectors.joining("\n  ", "\n  ", more));
    }

    /** Runs a process that writes to the store, with the recorder in it. */
    private Recording record() throws IOException, InterruptedException {
        boolean persistent = promises(Persistence.class);
        store().close();
        Path folder = Files.createDirectories(place("recording"));
        Path recorded = place("recorded"); // a new store, so that the making of its files is seen
        Path recorder = compileRecorder(folder);
        Path probes = Files.createDirectories(folder.resolve("probes"));
        Path log = folder.resolve("record");
        Map<String, String> environment = Map.of("LD_PRELOAD", recorder.toString(), "MOTRDS_RECORD", log.toString());
        try (ChildProcess child = ChildProcess.start(
                RecordedChild.class, folder.resolve("errors"), environment, probes.toString(), log + ".mark/")) {
            child.go(parameters(recorded));
            String report = child.next();
            assertTrue("done".equals(report), () -> "the recorded process failed: " + child.errors());
            assertEquals(0, child.exitCode(), () -> "the recorded process failed: " + child.errors());
        }
        List<String> lines = Files.readAllLines(log);
        checkRecorder(new Recording(lines, file -> file.startsWith(probes)));
        Predicate<Path> ofTheStore = file -> file.startsWith(recorded) && !file.equals(recorded) && countsAsData(file);
        Recording recording = new Recording(lines, ofTheStore);
        boolean keepsFiles = Files.isDirectory(recorded);
        assertTrue(
                !persistent || !keepsFiles || !recording.written().isEmpty(),
                "a store with Persistence writes files into its folder; none was recorded");
        return recording;
    }

    private static Path compileRecorder(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("recorder.c");
        Path library = folder.resolve("recorder.so");
        try (InputStream in = ForcedRules.class.getResourceAsStream("recorder.c")) {
            if (in == null) {
                throw new IllegalStateException("the kit lacks its recorder.c");
            }
            Files.copy(in, source);
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            Assumptions.abort("not run: what sync forces: Linux");
        }
        for (String compiler : List.of("gcc", "cc")) {
            ProcessBuilder command = new ProcessBuilder(
                    compiler, "-O2", "-shared", "-fPIC", "-pthread", "-o", library.toString(), source.toString());
            Path output = folder.resolve("compiler-output");
            Process process;
            try {
                process = command.redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
            } catch (IOException e) {
                continue; // there is no such compiler
            }
            assertEquals(0, process.waitFor(), () -> "the recorder cannot be compiled, see " + output);
            return library;
        }
        Assumptions.abort("not run: what sync forces: a C compiler (gcc or cc)");
        return library;
    }

    /** That the recorder saw what the process did to files of its own, so that its silence about the store's counts. */
    private static void checkRecorder(Recording probes) {
        String report = String.join("\n", probes.unforcedFiles());
        for (String how : List.of("-written", "-mapped")) {
            assertTrue(
                    report.contains(RecordedChild.UNFORCED + how), "the recorder sees what is not forced: " + report);
            assertTrue(
                    !report.contains("/" + RecordedChild.FORCED + how), "the recorder sees what is forced: " + report);
        }
        assertEquals(4, new TreeSet<>(probes.written()).size(), "the recorder sees what is written");
        assertEquals(
                4,
                probes.unforcedEntries().stream()
                        .filter(line -> line.startsWith("synced probes"))
                        .count());
        assertTrue(probes.marks() > 40, "the recorder sees the marks");
    }
}
