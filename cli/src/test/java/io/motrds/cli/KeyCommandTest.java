package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw keys come and go through the command. */
class KeyCommandTest {

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void openTerminal() {
        terminal = Terminal.in(home);
    }

    private void put(String key, String value) {
        assertEquals(0, terminal.run("key", "put", key, value).exitCode());
    }

    @Test
    void aValueComesFromAnArgument() {
        put("/greeting", "grüße");
        assertEquals("grüße", terminal.run("key", "get", "/greeting").out());
    }

    @Test
    void aValueComesFromAFile() {
        byte[] bytes = {0, (byte) 0xff, '\n', 13};
        Path file = terminal.file("value", bytes);
        assertEquals(0, terminal.run("key", "put", "/k", "-f", file.toString()).exitCode());
        assertArrayEquals(bytes, terminal.run("key", "get", "/k").bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "--file=-"})
    void aValueComesFromStandardInput(String source) {
        byte[] bytes = {1, 2, 3};
        assertEquals(
                0, terminal.withInput(bytes).run("key", "put", "/k", source).exitCode());
        assertArrayEquals(bytes, terminal.run("key", "get", "/k").bytes());
    }

    @Test
    void aValueMayBeEmpty() {
        put("/empty", "");
        assertEquals("0\n", terminal.run("key", "size", "/empty").out());
        assertEquals(0, terminal.run("key", "get", "/empty").bytes().length);
    }

    @Test
    void aValueThatStartsWithADashFollowsTwoDashes() {
        assertEquals(0, terminal.run("key", "put", "--", "/k", "-1").exitCode());
        assertEquals("-1", terminal.run("key", "get", "/k").out());
    }

    @Test
    void aValueThatStartsWithAnAtSignIsAValue() {
        put("/k", "@nowhere");
        assertEquals("@nowhere", terminal.run("key", "get", "/k").out());
    }

    @Test
    void aValueIsGivenOnce() {
        Outcome none = terminal.run("key", "put", "/k");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("-f FILE"), none.err());
        assertEquals(2, terminal.run("key", "put", "/k", "v", "-f", "file").exitCode());
    }

    @Test
    void presenceIsPrintedAndTheExitCode() {
        put("/there", "x");
        assertEquals("true\n", terminal.run("key", "has", "/there").out());
        Outcome absent = terminal.run("key", "has", "/absent");
        assertEquals("false\n", absent.out());
        assertEquals(3, absent.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "size", "rm"})
    void anAbsentKeyIsNotFound(String command) {
        Outcome outcome = terminal.run("key", command, "/absent");
        assertEquals(3, outcome.exitCode());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().startsWith("motrds: no key /absent in "), outcome.err());
    }

    @Test
    void removedKeysAreGone() {
        put("/a", "1");
        put("/b", "2");
        put("/c", "3");
        assertEquals(0, terminal.run("key", "rm", "/a", "/b").exitCode());
        assertEquals("/c\n", terminal.run("key", "ls").out());
    }

    @Test
    void forceRemovesWhatMayBeAbsent() {
        assertEquals(0, terminal.run("key", "rm", "--force", "/absent").exitCode());
    }

    @Test
    void keysAreListedInOrderBelowAPrefix() {
        List.of("/b/2", "/a", "/b/1", "/b", "/bb").forEach(key -> put(key, "12"));
        assertEquals(List.of("/b/1", "/b/2"), terminal.run("key", "ls", "/b").lines());
        assertEquals(
                List.of("/a", "/b", "/b/1", "/b/2", "/bb"),
                terminal.run("key", "ls").lines());
        assertEquals(
                List.of("/b", "/b/1"),
                terminal.run("key", "ls", "--offset", "1", "--limit", "2").lines());
        assertEquals(
                List.of("2\t/a"), terminal.run("key", "ls", "-l", "--limit=1").lines());
        assertEquals("", terminal.run("key", "ls", "/none").out());
    }

    @Test
    void jsonIsOneObjectALine() {
        put("/a", "12");
        put("/b\"\n", "3");
        assertEquals(
                List.of("{\"key\":\"/a\",\"size\":2}", "{\"key\":\"/b\\\"\\n\",\"size\":1}"),
                terminal.run("key", "ls", "-l", "--json").lines());
        assertEquals(
                "{\"key\":\"/a\",\"has\":true}\n",
                terminal.run("key", "has", "/a", "--json").out());
        assertEquals(
                "{\"key\":\"/a\",\"size\":2}\n",
                terminal.run("key", "size", "/a", "--json").out());
    }

    @Test
    void controlCharactersInKeysStayVisible() {
        put("/a\u001b[31mb\nc", "");
        assertEquals("/a\\u001b[31mb\\u000ac\n", terminal.run("key", "ls").out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--limit", "--offset"})
    void negativeBoundsAreRefused(String option) {
        Outcome outcome = terminal.run("key", "ls", option, "-1");
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains(option + " must not be negative: -1"), outcome.err());
    }

    @Test
    void usageCountsWhatLiesBelowAPrefix() {
        put("/a/1", "12345");
        put("/b", "1");
        assertTrue(terminal.run("du").out().contains("keys   2\nvalues 6 B\n"));
        String json = terminal.run("du", "/a", "--json").out();
        assertTrue(json.contains("\"keys\":1,\"valueBytes\":5"), json);
    }
}
