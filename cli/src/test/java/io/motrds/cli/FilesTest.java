package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and folders go in and come back. The expected CIDs are those of Debian's {@code ipfs_cid} and of kubo. */
class FilesTest {

    private static final String HELLO = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"; // hello world
    private static final String HELLO_V1 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    private static final String MEGABYTE = "QmVM45SLmR2A2ej4xAgmNdu6g8sDF5RxzC57RL6pjKLzFd"; // of megabyte()

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void openTerminal() {
        terminal = Terminal.in(home);
    }

    /** A megabyte in which no piece is like another. */
    static byte[] megabyte() {
        byte[] bytes = new byte[1_000_000];
        int state = 1;
        for (int i = 0; i < bytes.length; i++) {
            state = state * 1_103_515_245 + 12_345;
            bytes[i] = (byte) (state >>> 16);
        }
        return bytes;
    }

    private String add(Path path, String... options) {
        String[] args = Arrays.copyOf(new String[] {"add", "-Q", path.toString()}, 3 + options.length);
        System.arraycopy(options, 0, args, 3, options.length);
        Outcome outcome = terminal.run(args);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        return outcome.out().strip();
    }

    private Path folder() throws IOException {
        terminal.file("in/photos/größe.txt", "hello world");
        terminal.file("in/empty", "");
        terminal.file("in/.hidden", "secret");
        terminal.file("in/large", megabyte());
        Files.createDirectory(home.resolve("in/none"));
        return home.resolve("in");
    }

    @Test
    void aFileComesBackAsItWentIn() {
        Path file = terminal.file("large", megabyte());
        Outcome added = terminal.run("add", file.toString());
        assertEquals("added " + MEGABYTE + " large\n", added.out());
        assertEquals("", added.err());
        assertArrayEquals(megabyte(), terminal.run("cat", MEGABYTE).bytes());
    }

    @ParameterizedTest
    @CsvSource({
        "'', " + HELLO,
        "--cid-version=0, " + HELLO,
        "--cid-version=1, " + HELLO_V1,
        "--raw-leaves, " + HELLO_V1,
        "--chunker=size-262144, " + HELLO,
        "-r, " + HELLO,
    })
    void optionsMeanWhatTheyMeanInKubo(String option, String cid) {
        Path file = terminal.file("hello", "hello world");
        assertEquals(cid, option.isEmpty() ? add(file) : add(file, option));
        assertEquals("hello world", terminal.run("cat", cid).out());
    }

    @Test
    void standardInputIsAFile() {
        Outcome outcome = terminal.withInput(megabyte()).run("add", "-");
        assertEquals("added " + MEGABYTE + "\n", outcome.out());
        assertArrayEquals(megabyte(), terminal.run("cat", MEGABYTE).bytes());
    }

    @Test
    void wrappingKeepsNames() {
        Path file = terminal.file("hello", "hello world");
        Outcome outcome = terminal.run("add", "-w", file.toString());
        assertEquals("added " + HELLO + " hello", outcome.lines().get(0));
        String root = outcome.lines().get(1).replace("added ", "");
        assertEquals("hello world", terminal.run("cat", root + "/hello").out());
        assertEquals(2, terminal.withInput(new byte[1]).run("add", "-w", "-").exitCode());
    }

    @Test
    void outputIsAsMuchAsAskedFor() throws IOException {
        Path folder = folder();
        List<String> lines = terminal.run("add", folder.toString()).lines();
        assertEquals(6, lines.size());
        assertTrue(lines.get(5).startsWith("added ") && lines.get(5).endsWith(" in"), lines::toString);
        assertTrue(lines.contains("added " + HELLO + " in/photos/größe.txt"), lines::toString);

        List<String> quiet = terminal.run("add", "-q", folder.toString()).lines();
        assertEquals(lines.stream().map(line -> line.split(" ", -1)[1]).toList(), quiet);
        assertEquals(
                List.of(quiet.get(5)),
                terminal.run("add", "-Q", folder.toString()).lines());
        assertTrue(terminal.run("add", "--json", folder.toString())
                .lines()
                .contains("{\"name\":\"in/photos/größe.txt\",\"cid\":\"" + HELLO + "\",\"size\":11}"));
    }

    @Test
    void severalFilesAreStoredOneByOne() {
        Path one = terminal.file("one", "hello world");
        Path two = terminal.file("two", "hello world");
        assertEquals(
                List.of("added " + HELLO + " one", "added " + HELLO + " two"),
                terminal.run("add", one.toString(), two.toString()).lines());
    }

    @Test
    void progressIsShownToWhoWatches() {
        Path file = terminal.file("large", megabyte());
        Outcome watched = terminal.watching().run("add", file.toString());
        assertTrue(watched.err().contains(" of 976.6 KiB"), watched.err());
        assertTrue(watched.err().endsWith("\r\u001b[K"), watched.err());
        assertEquals("added " + MEGABYTE + " large\n", watched.out());
    }

    @Test
    void aFolderComesBackAsItWentIn() throws IOException {
        String cid = add(folder());
        Path back = home.resolve("back");
        assertEquals(
                "saved " + back + "\n",
                terminal.run("get", cid, "-o", back.toString()).out());
        assertEquals("hello world", Files.readString(back.resolve("photos/größe.txt")));
        assertArrayEquals(megabyte(), Files.readAllBytes(back.resolve("large")));
        assertEquals(0, Files.size(back.resolve("empty")));
        assertTrue(Files.isDirectory(back.resolve("none")));
        assertFalse(Files.exists(back.resolve(".hidden")));
        assertEquals(
                "hello world",
                terminal.run("cat", "/ipfs/" + cid + "/photos/größe.txt").out());
    }

    @Test
    void hiddenFilesAreForWhoAsks() throws IOException {
        String cid = add(folder(), "--hidden");
        assertEquals("secret", terminal.run("cat", cid + "/.hidden").out());
    }

    @Test
    void foldersAreListed() throws IOException {
        String cid = add(folder());
        assertEquals(
                List.of(
                        "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH 0 empty",
                        MEGABYTE + " 1000000 large",
                        "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn - none/"),
                terminal.run("ls", cid).lines().subList(0, 3));
        assertEquals(
                "{\"name\":\"größe.txt\",\"cid\":\"" + HELLO + "\",\"type\":\"file\",\"size\":11}\n",
                terminal.run("ls", "--json", cid + "/photos").out());
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "262140, 10", "999999, 1", "999990, 100", "1000000, 1", "2000000, 5", "5, 0"})
    void rangesAreCutOut(int offset, int length) {
        String cid = add(terminal.file("large", megabyte()));
        byte[] all = megabyte();
        int from = Math.min(offset, all.length);
        assertArrayEquals(
                Arrays.copyOfRange(all, from, Math.min(from + length, all.length)),
                terminal.run("cat", "--offset", "" + offset, "--length", "" + length, cid)
                        .bytes());
    }

    @Test
    void filesAreJoinedInTheOrderGiven() {
        String one = add(terminal.file("one", "1"));
        String two = add(terminal.file("two", "2"));
        assertEquals("212", terminal.run("cat", two, one, two).out());
        assertEquals(2, terminal.run("cat", "--offset=1", two, one).exitCode());
    }

    @Test
    void anExistingFileIsReplacedOnlyOnRequest() throws IOException {
        String cid = add(terminal.file("hello", "hello world"));
        Path target = terminal.file("target", "precious");
        Outcome refused = terminal.run("get", cid, "-o", target.toString());
        assertEquals(2, refused.exitCode(), refused::toString);
        assertEquals("precious", Files.readString(target));
        assertEquals(
                0,
                terminal.run("get", cid, "-o", target.toString(), "--overwrite").exitCode());
        assertEquals("hello world", Files.readString(target));
    }

    @Test
    void blocksComeAndGo() {
        Path file = terminal.file("block", "hello world");
        assertEquals(
                HELLO_V1 + "\n", terminal.run("block", "put", file.toString()).out());
        assertEquals("hello world", terminal.run("block", "get", HELLO_V1).out());
        assertEquals(
                "Key: " + HELLO_V1 + "\nSize: 11\n",
                terminal.run("block", "stat", HELLO_V1).out());
        assertEquals(
                "{\"cid\":\"" + HELLO_V1 + "\",\"size\":11}\n",
                terminal.run("block", "stat", "--json", HELLO_V1).out());
        assertEquals(HELLO_V1 + "\n", terminal.run("block", "ls").out());
        assertEquals(
                "{\"cid\":\"" + HELLO_V1 + "\"}\n",
                terminal.run("block", "ls", "--json").out());
        assertEquals(0, terminal.run("block", "rm", HELLO_V1).exitCode());
        assertEquals("", terminal.run("block", "ls").out());
        for (String command : List.of("get", "stat", "rm")) {
            assertEquals(3, terminal.run("block", command, HELLO_V1).exitCode());
        }
        assertEquals(0, terminal.run("block", "rm", "--force", HELLO_V1).exitCode());
    }

    @Test
    void aCarTakesAFolderElsewhere() throws IOException {
        String cid = add(folder(), "--preserve-mode", "--trickle");
        byte[] car = terminal.run("car", "export", cid).bytes();
        Path file = home.resolve("in.car");
        assertEquals(
                "saved " + file + "\n",
                terminal.run("car", "export", cid, "-o", file.toString()).out());
        assertArrayEquals(car, Files.readAllBytes(file));
        Terminal other = Terminal.in(Files.createDirectory(home.resolve("other")));
        assertEquals(
                "imported " + cid + "\n",
                other.withInput(car).run("car", "import", "-").out());
        assertEquals("hello world", other.run("cat", cid + "/photos/größe.txt").out());
        Outcome json = other.run("car", "import", "--json", file.toString());
        assertTrue(json.out().startsWith("{\"cid\":\"" + cid + "\",\"blocks\":"), json::toString);
    }

    @Test
    void linksModesAndTimesAreListed() throws IOException {
        Path folder = Files.createDirectory(home.resolve("in"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        terminal.file("in/file", "x");
        String cid = add(folder, "--mode=0640", "--mtime=5", "--mtime-nsecs=6");
        List<String> lines = terminal.run("ls", "--json", cid).lines();
        assertTrue(
                lines.get(0).endsWith(",\"size\":1,\"mode\":\"0640\",\"mtime\":\"1970-01-01T00:00:05.000000006Z\"}"),
                lines::toString);
        assertTrue(
                lines.get(1).endsWith("\"symlink\",\"target\":\"file\",\"mtime\":\"1970-01-01T00:00:05.000000006Z\"}"),
                lines::toString);
    }

    @Test
    void aBlockIsOnlyStoredUnderItsOwnName() {
        Terminal other = terminal.withInput("hello you".getBytes(StandardCharsets.UTF_8));
        Outcome refused = other.run("block", "put", "--cid", HELLO_V1, "-");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains(HELLO_V1), refused.err());
        assertEquals("", terminal.run("block", "ls").out());
        Terminal right = terminal.withInput("hello world".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                HELLO_V1 + "\n",
                right.run("block", "put", "--cid", HELLO_V1, "-").out());
    }

    @Test
    void aDagPbBlockIsNamedAsSuch() {
        Path empty = terminal.file("node", new byte[] {0x0a, 0x02, 0x08, 0x01}); // an empty UnixFS folder
        assertEquals(
                "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354\n",
                terminal.run("block", "put", "--codec", "dag-pb", empty.toString())
                        .out());
    }
}
