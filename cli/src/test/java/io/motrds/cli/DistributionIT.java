package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged command as a process of its own: its script, signals, pipes, full disks. */
@Timeout(value = 15, unit = TimeUnit.MINUTES) // so that what hangs is seen; nothing here is timed
class DistributionIT {

    private static final Path COMMAND = command();

    @TempDir
    Path home;

    private Path large;

    @BeforeEach
    void makeFile() throws IOException {
        large = Files.write(home.resolve("large"), FilesTest.megabyte());
    }

    private static Path command() {
        String distribution =
                System.getProperty("motrds.distribution", "the system property motrds.distribution is missing");
        return Path.of(distribution, "bin", "motrds");
    }

    private record Ended(int exitCode, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\nout: " + text() + "\nerr: " + err;
        }
    }

    private ProcessBuilder process(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MOTRDS_"));
        builder.environment().put("XDG_DATA_HOME", home.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MOTRDS", COMMAND.toString());
        return builder;
    }

    private Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path err = Files.createTempFile(home, "err", null);
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private Ended motrds(String... args) throws IOException, InterruptedException {
        return run(process(
                Stream.concat(Stream.of(COMMAND.toString()), Stream.of(args)).toArray(String[]::new)));
    }

    private Ended sh(String script) throws IOException, InterruptedException {
        return run(process("sh", "-c", script));
    }

    private String addLarge() throws IOException, InterruptedException {
        Ended added = motrds("add", "-Q", large.toString());
        assertEquals(0, added.exitCode, added::toString);
        assertEquals("", added.err);
        return added.text().strip();
    }

    private void assertIntact(String cid) throws IOException, InterruptedException {
        assertArrayEquals(FilesTest.megabyte(), motrds("cat", cid).out);
        Ended check = motrds("check");
        assertEquals(0, check.exitCode, check::toString);
    }

    @Test
    void aFileComesBackAsItWentIn() throws Exception {
        assertIntact(addLarge());
    }

    @Test
    void aPipeIsAsGoodAsAFile() throws Exception {
        Ended put = sh("printf 'some bytes' | \"$MOTRDS\" block put -");
        assertEquals(0, put.exitCode, put::toString);
        assertEquals("some bytes", motrds("block", "get", put.text().strip()).text());
        Ended value = sh("printf 'a value' | \"$MOTRDS\" key put /key -");
        assertEquals(0, value.exitCode, value::toString);
        assertEquals("a value", motrds("key", "get", "/key").text());
    }

    @Test
    void theScriptRunsThroughALinkFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(home.resolve("link"), COMMAND);
        Ended ended = run(process("./" + home.relativize(link), "--version"));
        assertEquals(0, ended.exitCode, ended::toString);
        assertTrue(ended.text().startsWith("motrds " + System.getProperty("motrds.version") + "\n"), ended::toString);
    }

    @Test
    void javaOptionsArePassedOn() throws Exception {
        ProcessBuilder builder = process(COMMAND.toString(), "--version");
        builder.environment().put("MOTRDS_JAVA_OPTS", "-Xmx64m -showversion");
        Ended ended = run(builder);
        assertTrue(ended.err.contains(" version \""), ended::toString);
    }

    @Test
    void namesBeyondAsciiNeedNoLocale() throws Exception {
        Files.writeString(home.resolve("größe.txt"), "x");
        ProcessBuilder builder = process("sh", "-c", "\"$MOTRDS\" add gr*");
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
        Ended ended = run(builder);
        assertEquals(0, ended.exitCode, ended::toString);
        assertTrue(ended.text().endsWith(" größe.txt\n"), ended::toString);
    }

    @Test
    void aReaderThatWentAwayEndsItQuietly() throws Exception {
        String cid = addLarge();
        Ended ended = sh("{ \"$MOTRDS\" cat " + cid + "; echo $? >status; } | head -c 10");
        assertEquals(10, ended.out.length, ended::toString);
        assertEquals("", ended.err);
        assertEquals("141\n", Files.readString(home.resolve("status")));
    }

    @Test
    void outputOnAFullDiskIsAFailure() throws Exception {
        if (!Files.exists(Path.of("/dev/full"))) {
            Assumptions.abort("not run: output to a full disk: /dev/full is missing");
        }
        String cid = addLarge();
        for (String args : List.of("cat " + cid, "--help", "key ls")) {
            Ended ended = sh("\"$MOTRDS\" " + args + " >/dev/full");
            assertEquals(1, ended.exitCode, ended::toString);
            assertEquals(1, ended.err.lines().count(), ended::toString);
            assertTrue(ended.err.startsWith("motrds: standard output cannot be written: "), ended::toString);
        }
    }

    /** Standard input stays open, so that the signal comes while the import runs. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalLeavesAConsistentStore(String signal, int exitCode) throws Exception {
        String cid = addLarge();
        Path err = home.resolve("err");
        Process process = process(COMMAND.toString(), "add", "-")
                .redirectError(err.toFile())
                .start();
        if (signal.equals("INT") && ignoresInterrupts(process)) {
            process.destroyForcibly();
            Assumptions.abort("not run: Ctrl-C during an import: whoever started the tests ignores SIGINT");
        }
        OutputStream in = process.getOutputStream();
        for (int i = 0; i < 24; i++) { // more than pipes and buffers hold, so that blocks are being stored
            byte[] piece = FilesTest.megabyte();
            piece[0] = (byte) i;
            in.write(piece);
            in.flush();
        }
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "still runs");

        assertEquals(exitCode, process.exitValue());
        assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals("", Files.readString(err));
        assertIntact(cid);
        assertEquals(cid, addLarge());
    }

    private static boolean ignoresInterrupts(Process process) throws IOException {
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        String ignored = status.lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(ignored, 16) & 2) != 0; // the second bit is SIGINT's
    }

    @Test
    void aFullDiskLosesNothingThatWasStored() throws Exception {
        Files.createDirectory(home.resolve("disk"));
        String script = """
                mount -t tmpfs -o size=32m tmpfs disk || exit 99
                export XDG_DATA_HOME="$PWD/disk"
                export MOTRDS_JAVA_OPTS=-Xmx256m
                cid=$("$MOTRDS" add -Q large) || exit 98
                head -c 12000000 /dev/zero >disk/ballast
                for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
                  echo $i; cat large
                done >larger
                "$MOTRDS" add larger >added 2>failure; echo $? >status
                rm disk/ballast # to open a store takes as much space as its log has
                mount -o remount,size=128m disk || exit 99
                "$MOTRDS" cat "$cid" | cmp - large || exit 97
                "$MOTRDS" check || exit 96
                """;
        Ended ended = run(process("unshare", "-rm", "sh", "-c", script));
        if (ended.exitCode == 99 || ended.err.contains("unshare: ")) {
            Assumptions.abort("not run: a full disk: this user may not mount one in a namespace of its own");
        }
        String failure = Files.readString(home.resolve("failure"));
        assertEquals(0, ended.exitCode, () -> ended + "\n" + failure);
        assertEquals("1\n", Files.readString(home.resolve("status")), failure);
        assertEquals(1, failure.lines().count(), failure);
        assertTrue(failure.contains("No space left on device"), failure);
        assertEquals("", Files.readString(home.resolve("added")));
    }

    @Test
    void aMissingJavaIsSaidPlainly() throws Exception {
        Path tools = Files.createDirectory(home.resolve("tools"));
        for (String tool : List.of("sh", "dirname", "readlink", "sed")) {
            for (String folder : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(folder, tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), Path.of(folder, tool));
                }
            }
        }
        ProcessBuilder builder = process(COMMAND.toString(), "--version");
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", tools.toString());
        Ended none = run(builder);
        assertEquals(1, none.exitCode);
        assertEquals("motrds: Java is missing; install version 17 or later, or set JAVA_HOME\n", none.err);

        builder.environment().put("JAVA_HOME", home.toString());
        Ended wrong = run(builder);
        assertEquals(1, wrong.exitCode);
        assertTrue(wrong.err.startsWith("motrds: JAVA_HOME is " + home + ", where there is no bin/java"), wrong.err);
    }

    @ParameterizedTest
    @CsvSource({"true, 11.0.2", "false, 11.0.2", "false, 1.8.0_292"})
    void anOldJavaIsSaidPlainly(boolean inFile, String version) throws Exception {
        Path java = home.resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2020-01-01' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (inFile) {
            Files.writeString(home.resolve("jdk/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        }
        ProcessBuilder builder = process(COMMAND.toString(), "--version");
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        Ended ended = run(builder);
        assertEquals(1, ended.exitCode, ended::toString);
        assertTrue(ended.err.contains("is version \"" + version + "\"; motrds needs Java 17 or later"), ended.err);
    }

    @Test
    void completionIsAScriptThatBashTakes() throws Exception {
        if (run(process("sh", "-c", "command -v bash")).exitCode != 0) {
            Assumptions.abort("not run: completion in bash: bash is missing");
        }
        Ended ended = sh("\"$MOTRDS\" completion >c && bash -c '. ./c && complete -p motrds'");
        assertEquals(0, ended.exitCode, ended::toString);
        assertTrue(ended.text().contains("motrds"), ended::toString);
    }

    @Test
    void logsGoToStandardErrorOnRequest() throws Exception {
        Files.writeString(home.resolve("log.yaml"), "type: log\nchild:\n  type: levelds\n  path: data\n");
        assertEquals("", motrds("--config", "log.yaml", "key", "put", "/a", "1").err);
        Ended loud = motrds("-vv", "--config", "log.yaml", "key", "get", "/a");
        assertEquals("1", loud.text());
        assertTrue(loud.err.contains("/a"), loud::toString);
    }
}
