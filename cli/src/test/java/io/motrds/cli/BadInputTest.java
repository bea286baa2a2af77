package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.query.Query;
import io.motrds.cli.Terminal.Outcome;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in: one clear message, an exit code that is not zero, and nothing lost. */
class BadInputTest {

    private static final String GREETING = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"; // hello world

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void storeSomething() {
        terminal = Terminal.in(home);
        assertEquals(
                0,
                terminal.run("add", terminal.file("greeting", "hello world").toString())
                        .exitCode());
    }

    @AfterEach
    void nothingIsLost() {
        assertEquals("hello world", terminal.run("cat", GREETING).out());
    }

    private static void assertRefused(int exitCode, String expected, Outcome outcome) {
        assertEquals(exitCode, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
        assertTrue(outcome.err().startsWith("motrds: "), outcome::toString);
        assertTrue(outcome.err().contains(expected), outcome::toString);
        assertTrue(!outcome.err().contains("internal error"), outcome::toString);
    }

    private String block(byte[] bytes, String codec) {
        Outcome outcome = terminal.withInput(bytes).run("block", "put", "--codec", codec, "-");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        return outcome.out().strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Qm", "hello", "/ipfs/", "b!", "\u0000"})
    void whatIsNoCidIsRefused(String cid) {
        for (List<String> command :
                List.of(List.of("cat", cid), List.of("get", cid), List.of("ls", cid), List.of("block", "get", cid))) {
            assertRefused(2, "CID", terminal.run(command.toArray(String[]::new)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "get", "ls"})
    void whatIsAbsentIsNotFound(String command) {
        assertRefused(3, "QmUNLL", terminal.run(command, "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"));
        assertRefused(3, "no \"name\"", terminal.run(command, GREETING + "/name"));
    }

    @ParameterizedTest
    @CsvSource({
        "bafyreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e, codec", // hello world as dag-cbor
        "bafkrgqbqt3gerhas23vuzrapkdeqf4vu2dwxp3srdj6hvg6nhsug2tgyn6mj3u23yx7utftq3i2ckw2fwdh5qmhid5qf3t35yvkc5e5ottlw6, hash function 0x13" // hello world as sha2-512, by Python's hashlib
    })
    void unknownCodecsAndHashesAreNamed(String cid, String expected) {
        block("hello world".getBytes(StandardCharsets.UTF_8), "raw");
        assertRefused(2, expected, terminal.run("cat", cid));
    }

    static Stream<byte[]> malformedNodes() {
        return Stream.of(
                new byte[] {1, 2, 3},
                new byte[] {0x0a, 0x7f},
                node(new byte[] {0x08, 0x02, 0x18}, List.of()), // the size is cut off
                node(new byte[] {0x08, 0x02, 0x18, 100}, List.of()), // claims a hundred bytes
                node(new byte[] {0x08, 0x09}, List.of()), // no such type
                node(new byte[] {0x08, 0x02, 0x18, 5, 0x20, 5}, List.of(new byte[] {1, 2}))); // links to what is no CID
    }

    @ParameterizedTest
    @MethodSource("malformedNodes")
    void aMalformedNodeIsNamed(byte[] node) {
        String cid = block(node, "dag-pb");
        Outcome outcome = terminal.run("cat", cid);
        assertTrue(outcome.exitCode() == 1 || outcome.exitCode() == 2, outcome::toString);
        assertRefused(outcome.exitCode(), cid, outcome);
    }

    @Test
    void aFileThatNestsTooDeepIsRefused() {
        String cid = block("x".getBytes(StandardCharsets.UTF_8), "raw");
        for (int i = 0; i < 200; i++) {
            byte[] file = {0x08, 0x02, 0x18, 1, 0x20, 1};
            cid = block(node(file, List.of(Cid.parse(cid).toBytes())), "dag-pb");
        }
        assertRefused(1, cid, terminal.run("cat", cid));
    }

    /** A dag-pb node around UnixFS data. */
    private static byte[] node(byte[] data, List<byte[]> links) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        for (byte[] hash : links) {
            byte[] link = field(0x0a, hash);
            node.writeBytes(field(0x12, link));
        }
        node.writeBytes(field(0x0a, data));
        return node.toByteArray();
    }

    private static byte[] field(int tag, byte[] content) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.write(tag);
        field.write(content.length);
        field.writeBytes(content);
        return field.toByteArray();
    }

    @Test
    void aDamagedBlockIsNeverShownAndListedByCheck() {
        String cid = block("good".getBytes(StandardCharsets.UTF_8), "raw");
        String key = terminal.run("key", "ls", "/blocks").lines().stream()
                .filter(name -> terminal.run("key", "get", name).out().equals("good"))
                .findFirst()
                .orElseThrow();
        assertEquals(0, terminal.run("check").exitCode());
        assertEquals(0, terminal.run("key", "put", key, "evil").exitCode());

        Outcome cat = terminal.run("cat", cid);
        assertRefused(1, cid, cat);
        assertEquals("", cat.out());
        Outcome check = terminal.run("check");
        assertRefused(1, "1 of 2 blocks", check);
        assertTrue(check.lines().get(0).startsWith("damaged " + cid + ": "), check::toString);
        assertTrue(check.out().endsWith("2 blocks, 19 B, 1 damaged\n"), check::toString);
        Outcome json = terminal.run("check", "--json");
        assertTrue(json.lines().get(0).startsWith("{\"cid\":\"" + cid + "\",\"state\":\"damaged\","), json::toString);
        assertEquals(
                "{\"blocks\":2,\"bytes\":19,\"damaged\":1,\"unchecked\":0}",
                json.lines().get(1));
    }

    @Test
    void negativeRangesAreRefused() {
        assertRefused(2, "--offset must not be negative: -1", terminal.run("cat", "--offset", "-1", GREETING));
        assertRefused(2, "--length must not be negative: -5", terminal.run("cat", "--length=-5", GREETING));
    }

    @ParameterizedTest
    @CsvSource({
        "--cid-version=2, CID version 2",
        "--chunker=rabin, size-N",
        "--chunker=size-0, chunk size 0",
        "--chunker=size-99999999, chunk size"
    })
    void importOptionsThatCannotWorkAreRefused(String option, String expected) {
        assertRefused(
                2,
                expected,
                terminal.run("add", option, home.resolve("greeting").toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "."})
    void getGoesNowhereButToANameInTheWorkingFolder(String name) {
        byte[] inner = DagPbNode.encode(
                List.of(DagPbLink.of(Cid.parse(GREETING), "escaped", 19)), new byte[] {8, 1}); // a UnixFS folder
        Cid below = Cid.parse(block(inner, "dag-pb"));
        byte[] outer = DagPbNode.encode(List.of(DagPbLink.of(below, name, 80)), new byte[] {8, 1});
        String folder = block(outer, "dag-pb");
        assertRefused(2, "give one with --output", terminal.run("get", folder + "/" + name));
        assertFalse(Files.exists(Path.of(name, "escaped")));
    }

    @Test
    void removingBlocksOfWhichOneIsAbsentRemovesNone() {
        String absent = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"; // an empty folder of UnixFS version 0
        assertRefused(3, absent, terminal.run("block", "rm", GREETING, absent));
    }

    @Test
    void aMissingFileIsNamed() {
        Path none = home.resolve("none");
        assertRefused(1, "no such file or folder: " + none, terminal.run("add", none.toString()));
        assertRefused(1, "no such file or folder: " + none, terminal.run("key", "put", "/k", "-f", none.toString()));
        assertRefused(1, "no such file or folder: " + none, terminal.run("block", "put", none.toString()));
    }

    @Test
    void aFolderIsNoValue() {
        assertRefused(2, "is a folder", terminal.run("key", "put", "/k", "-f", home.toString()));
        assertRefused(2, "is a folder", terminal.run("block", "put", home.toString()));
        String cid = terminal.run("add", "-Q", Path.of("src/main/assembly").toString())
                .out()
                .strip();
        assertRefused(2, "is a folder", terminal.run("cat", cid));
    }

    @Test
    void symbolicLinksAreNotFollowed() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("link"), home.resolve("greeting"));
        String cid = terminal.run("add", "-Q", link.toString()).out().strip();
        assertRefused(2, "symbolic link to", terminal.run("cat", cid));
    }

    @Test
    void modesAndTimesThatAreNoneAreRefused() {
        String file = terminal.file("file", "x").toString();
        assertRefused(2, "--mode", terminal.run("add", "--mode=rwx", file));
        assertRefused(2, "07777", terminal.run("add", "--mode=010000", file));
        assertRefused(2, "--mtime", terminal.run("add", "--mtime-nsecs=1", file));
        assertRefused(2, "--mtime", terminal.run("add", "--mtime=1", "--mtime-nsecs=1000000000", file));
        assertRefused(2, "raw leaves", terminal.run("add", "--mode=0644", "--raw-leaves", file));
    }

    @Test
    void carsThatAreDamagedOrInTheWayAreRefused() throws IOException {
        String cid = terminal.run(
                        "add",
                        "-Q",
                        terminal.file("large", FilesTest.megabyte()).toString())
                .out()
                .strip();
        byte[] car = terminal.run("car", "export", cid).bytes();
        Terminal other = Terminal.in(Files.createDirectory(home.resolve("other")));
        Path cut = terminal.file("cut.car", Arrays.copyOf(car, car.length - 1));
        assertRefused(2, "cut off", other.run("car", "import", cut.toString()));
        assertRefused(3, cid, other.run("cat", cid));
        assertRefused(
                2,
                "not a CAR",
                other.run(
                        "car", "import", terminal.file("x", "hello ".repeat(50)).toString()));
        assertRefused(1, "nowhere", other.run("car", "import", "nowhere"));
        assertRefused(2, "cut.car exists", terminal.run("car", "export", cid, "-o", cut.toString()));
        assertRefused(3, cid, other.run("car", "export", cid));
    }

    @Test
    void whatIsOverALimitIsRefused() {
        String key = "/" + "k".repeat(100_000);
        assertRefused(2, "over the limit", terminal.run("key", "put", key, "x"));
        assertRefused(2, "over the limit", terminal.run("key", "get", key));
        Path large = terminal.file("large", new byte[(2 << 20) + 1]);
        assertRefused(2, "larger than", terminal.run("block", "put", large.toString()));
    }

    private Path storeFolder() {
        return home.resolve("motrds/datastore");
    }

    @Test
    void aStoreInUseIsRefused() {
        Map<String, String> same =
                Map.of("type", "levelds", "path", storeFolder().toString());
        try (Datastore other = Datastores.open(same)) {
            assertRefused(1, storeFolder().toString(), terminal.run("key", "ls"));
            assertTrue(other.has(Key.of(terminalKey(other))));
        }
    }

    private static String terminalKey(Datastore store) {
        return store.query(Query.all().keysOnly()).toList().get(0).key().toString();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() {
        Path file = home.resolve("greeting");
        Path config = terminal.file("a.properties", "datastore.type=levelds\ndatastore.path=" + file + "/store\n");
        assertRefused(2, file.toString(), terminal.run("key", "ls", "--config", config.toString()));
        Path proc = terminal.file("b.properties", "datastore.type=levelds\ndatastore.path=/proc/motrds\n");
        assertRefused(2, "/proc/motrds", terminal.run("key", "ls", "--config", proc.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURRENT", "MANIFEST"})
    void aDamagedStoreIsNamed(String prefix) throws IOException {
        Path copy = home.resolve("copy");
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(storeFolder())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .toList()) {
                Files.writeString(file, "rubbish");
            }
        }
        Path config = terminal.file("c.properties", "datastore.type=levelds\ndatastore.path=copy\n");
        assertRefused(1, copy.toString(), terminal.run("key", "ls", "--config", config.toString()));
    }
}
