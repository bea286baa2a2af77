package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the Motr backend adds, on a fake cluster, which is gone with each command. */
class MotrCommandsTest {
    private static final String INDEX = "0x7800000000000123:0x1";

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void openTerminal() {
        terminal = Terminal.in(home);
    }

    private Outcome run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--client", "fake"));
        return terminal.run(all.toArray(String[]::new));
    }

    @Test
    void theyAreListedWithTheOthers() {
        String help = terminal.run("--help").out();
        for (String command : List.of("index", "store", "oid", "migrate", "reindex", "doctor")) {
            assertTrue(help.contains("\n  " + command + " "), command);
        }
    }

    @Test
    void anIndexIsCreatedDeletedOrLookedFor() {
        assertEquals(
                "index " + INDEX + " created\n", run("index", INDEX, "--create").out());
        Outcome missing = run("index", INDEX);
        assertEquals(3, missing.exitCode());
        assertEquals("index " + INDEX + " does not exist\n", missing.out());
        assertEquals(3, run("index", INDEX, "--delete").exitCode());
        assertEquals(
                "{\"index\":\"" + INDEX + "\",\"state\":\"created\"}\n",
                run("index", "<" + INDEX + ">", "--create", "--json")
                        .out()
                        .replaceFirst("(\"state.*),(\"index.*)}", "$2,$1}"));
        assertEquals(2, run("index", INDEX, "--create", "--delete").exitCode());
    }

    @Test
    void aRecordIsWrittenAndOneThatIsMissingIsNotFound() {
        assertEquals(0, run("store", INDEX, "foo", "bar").exitCode());
        assertEquals(0, run("store", INDEX, "foo", "bar", "-u").exitCode());
        Path file = terminal.file("value", "from a file");
        assertEquals(0, run("store", INDEX, "foo", "-f", file.toString()).exitCode());
        assertEquals(
                0,
                terminal.withInput("piped".getBytes(StandardCharsets.UTF_8))
                        .run("store", INDEX, "foo", "-f", "-", "--client", "fake")
                        .exitCode());
        for (String[] asking : new String[][] {{}, {"-d"}, {"-s"}}) {
            List<String> args = new ArrayList<>(List.of("store", INDEX, "foo"));
            args.addAll(List.of(asking));
            Outcome missing = run(args.toArray(String[]::new));
            assertEquals(3, missing.exitCode(), missing::toString);
            assertEquals("motrds: no record foo in index " + INDEX + "\n", missing.err());
        }
    }

    @Test
    void aRecordOverTheLimitIsRefusedWithIt() {
        Path large = terminal.file("large", new byte[16_384]);
        Outcome refused = run("store", INDEX, "foo", "-f", large.toString());
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains(" " + (16_384 - 16 - 3) + " bytes"), refused::err);
        assertEquals(
                0,
                run("store", INDEX, "foo", "-f", large.toString(), "--record-bytes", "20KiB")
                        .exitCode());
        assertEquals(2, run("store", INDEX, "k".repeat(1_025)).exitCode());
    }

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of("store", INDEX),
                List.of("store", INDEX, "foo", "bar", "-d"),
                List.of("store", INDEX, "foo", "bar", "-s"),
                List.of("store", INDEX, "foo", "-d", "-s"),
                List.of("store", INDEX, "foo", "-u"),
                List.of("store", INDEX, ""),
                List.of("store", "0x7200000000000001:0x1", "foo"),
                List.of("index", "nonsense"),
                List.of("index", "0x7200000000000001:0x1", "--create"),
                List.of("index"),
                List.of("doctor"),
                List.of("doctor", INDEX, "--timeout", "soon"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldInOneLine(List<String> args) {
        Outcome outcome = run(args.toArray(String[]::new));
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::err);
        assertTrue(outcome.err().startsWith("motrds: "), outcome::err);
    }

    @ParameterizedTest
    @CsvSource({
        "-L,haxAddr is missing",
        "-L 127.0.0.1:22501,localAddr cannot be",
        "-H inet:tcp:127.0.0.1@99999,haxAddr cannot be",
        "-P 0x7000000000000001:0x3,processFid cannot be",
        "-C 0x7200000000000001:0x3,profileFid cannot be"
    })
    void addressesAndIdentifiersAreChecked(String flags, String message) {
        List<String> args = new ArrayList<>(List.of("index", INDEX));
        if (flags.equals("-L")) {
            args.addAll(List.of("-L", "inet:tcp:127.0.0.1@22501"));
        } else {
            args.addAll(List.of(flags.split(" ")));
        }
        Outcome outcome = terminal.run(args.toArray(String[]::new));
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.err().contains(message), outcome::err);
    }

    @ParameterizedTest
    @CsvSource({
        "foo,,0x666f6f6c62272e07:0xbb014262b8217562",
        "0x78:10,--parse,0x78:0xa",
        "18446744073709551615:0XfF,-P,0xffffffffffffffff:0xff"
    })
    void anIdentifierIsShownAsGoDsMotrShowsIt(String name, String flag, String oid) {
        Outcome outcome = flag == null ? terminal.run("oid", name) : terminal.run("oid", name, flag);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(oid + "\n", outcome.out());
    }

    @ParameterizedTest
    @CsvSource({"x:1", "1", "1:2:3", "18446744073709551616:0", "0x10000000000000000:0"})
    void whatIsNoIdentifierIsRefused(String text) {
        assertEquals(2, terminal.run("oid", text, "--parse").exitCode());
    }

    @Test
    void theDoctorSaysWhatToDoAndHowItEnded() {
        Outcome missing = run("doctor", INDEX);
        assertEquals(1, missing.exitCode());
        assertTrue(missing.out().contains("FAIL index: " + INDEX + " does not exist\n     create it"), missing::out);
        Path config = terminal.file(
                "motr.properties",
                "datastore.type=motrds\ndatastore.client=fake\ndatastore.createIndex=true\ndatastore.index=" + INDEX);
        Outcome well = terminal.run("doctor", "--config", config.toString());
        assertEquals(0, well.exitCode(), well::toString);
        assertTrue(well.lines().get(2).startsWith("ok   write: written, read and deleted in "), well::out);
        assertTrue(terminal.run("doctor", "--config", config.toString(), "--json")
                .lines()
                .get(0)
                .startsWith("{\"step\":"));
    }

    @Test
    void theDoctorLooksBeforeItLeaps() {
        Outcome ill = terminal.run(
                "doctor",
                INDEX,
                "-L",
                "inet:tcp:203.0.113.1@1",
                "-H",
                "inet:tcp:127.0.0.1@1",
                "-P",
                "0x7200000000000001:0x3",
                "-C",
                "0x7000000000000001:0x0",
                "--library",
                "/nowhere/libmotr.so.2");
        assertEquals(1, ill.exitCode(), ill::toString);
        for (String step : List.of("library", "haxAddr", "localAddr")) {
            assertTrue(ill.out().contains("FAIL " + step + ": "), ill::out);
        }
        assertTrue(!ill.out().contains("client"), ill::out);
    }

    @Test
    void theStoreWithinAKuboConfigIsUsed() {
        Path config = terminal.file(
                "config",
                "{\"Datastore\":{\"Spec\":{\"type\":\"mount\",\"mounts\":[{\"mountpoint\":\"/blocks\",\"type\":\"measure\","
                        + "\"prefix\":\"p\",\"child\":{\"type\":\"motrds\",\"client\":\"fake\",\"index\":\"" + INDEX
                        + "\"}}]}}}");
        assertEquals(
                3, terminal.run("index", INDEX, "--config", config.toString()).exitCode());
        Path other = terminal.file("other.properties", "datastore.type=mem");
        Outcome none = terminal.run("index", INDEX, "--config", other.toString());
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("no store of type motrds"), none::err);
    }

    @Test
    void nothingIsMigratedBeforeItIsKnownThatMotrSurvivesIt() {
        String[] migrate = {"migrate", "0x7800000000000123:0x2", "--from", INDEX, "--leveldb", home + "/keys"};
        String[] reindex = {"reindex", "--from", INDEX, "--leveldb", home + "/keys"};
        for (String[] command : List.of(migrate, reindex)) {
            for (String[] more : new String[][] {{}, {"--record-bytes", "64KiB"}, {"--record-bytes", "300KiB"}}) {
                List<String> args = new ArrayList<>(List.of(command));
                args.addAll(List.of(more));
                Outcome refused = run(args.toArray(String[]::new));
                assertEquals(2, refused.exitCode(), refused::toString);
                assertTrue(refused.err().startsWith("motrds: nothing was touched: "), refused::err);
            }
        }
        assertTrue(Files.notExists(home.resolve("keys")));
    }

    @Test
    void aMigrationNeedsTwoIndexesAndAListOfKeys() {
        Outcome same = run("migrate", INDEX, "--from", INDEX, "--leveldb", home + "/keys", "--record-bytes", "16KiB");
        assertEquals(2, same.exitCode());
        assertTrue(same.err().contains("the new index is the old one"), same::err);
        String other = "0x7800000000000123:0x2";
        Outcome unlisted = run("migrate", other, "--from", INDEX, "--record-bytes", "16KiB");
        assertTrue(unlisted.err().contains("--leveldb"), unlisted::err);
        Outcome missing =
                run("migrate", other, "--from", INDEX, "--leveldb", home + "/none", "--record-bytes", "16KiB");
        assertEquals(2, missing.exitCode(), missing::toString);
        assertTrue(Files.notExists(home.resolve("none")));
    }
}
