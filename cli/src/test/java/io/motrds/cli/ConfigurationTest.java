package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which store a command works on, and what it says of a configuration that cannot work. */
class ConfigurationTest {

    @TempDir
    Path home;

    Terminal terminal;

    @BeforeEach
    void openTerminal() {
        terminal = Terminal.in(home);
    }

    @Test
    void withoutConfigurationTheStoreLiesInTheUsersDataFolder() {
        assertEquals(0, terminal.run("key", "put", "/a", "1").exitCode());
        assertTrue(Files.isDirectory(home.resolve("motrds/datastore")));
        assertTrue(terminal.run("config", "check").lines().contains("path = " + home.resolve("motrds/datastore")));
    }

    @Test
    void aRelativeDataFolderIsIgnored() {
        Outcome outcome = new Terminal(
                        home, Map.of("XDG_DATA_HOME", "here", "HOME", home.toString()), new byte[0], false)
                .run("config", "check");
        assertTrue(outcome.lines().contains("path = " + home.resolve(".local/share/motrds/datastore")), outcome::out);
    }

    @Test
    void theOptionWinsOverTheVariable() {
        Path byVariable = terminal.file("variable.properties", "datastore.type=levelds\ndatastore.path=one\n");
        Path byOption = terminal.file("option.properties", "datastore.type=levelds\ndatastore.path=two\n");
        Terminal set = terminal.with("MOTRDS_CONFIG", byVariable.toString());

        assertTrue(set.run("config", "check").out().contains("path = " + home.resolve("one")));
        for (Outcome outcome : List.of(
                set.run("config", "check", "--config", byOption.toString()),
                set.run("--config", byOption.toString(), "config", "check"),
                set.run("config", "--config=" + byOption, "check"),
                set.run("config", "check", byOption.toString()))) {
            assertTrue(outcome.out().contains("path = " + home.resolve("two")), outcome::toString);
        }
    }

    @Test
    void nestedStoresAreShownWhereTheyStand() {
        Path file = terminal.file("kubo.json", """
                {"Datastore": {"Spec": {"type": "mount", "mounts": [
                  {"mountpoint": "/blocks", "type": "measure", "prefix": "b", "child": {"type": "mem"}},
                  {"mountpoint": "/", "type": "levelds", "path": "datastore"}]}}}
                """);
        Outcome text = terminal.run("config", "check", file.toString());
        assertEquals(0, text.exitCode(), text::toString);
        assertTrue(text.lines().contains("Datastore.Spec.type = mount"), text::out);
        assertTrue(text.lines().contains("Datastore.Spec.mounts[0].child.type = mem"), text::out);
        assertTrue(text.lines().contains("Datastore.Spec.mounts[1].path = " + home.resolve("datastore")), text::out);

        String json = terminal.run("config", "check", "--json", file.toString()).out();
        assertTrue(json.contains("\"mounts\":[{\"type\":\"measure\""), json);
        assertTrue(json.contains("\"child\":{\"type\":\"mem\","), json);
    }

    @Test
    void openTriesTheStore() {
        Path file = terminal.file("a.properties", "datastore.type=mem\n");
        assertTrue(
                terminal.run("config", "check", "--open", file.toString()).out().contains("opened mem"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.properties | datastore.type=flatfs                      | datastore.type cannot be \"flatfs\"",
                "a.properties | datastore.type=leveldds                    | levelds",
                "a.properties | datastore.typ=mem                          | datastore.type is missing",
                "a.properties | datastore.type=levelds                     | datastore.path is missing",
                "a.properties | datastore.type=mem,datastore.paht=x        | datastore.paht is no parameter",
                "a.properties | nothing=here                               | no store is configured",
                "a.json       | {\"datastore\": {\"type\": [\"mem\"}}      | not valid JSON",
                "a.json       | []                                         | no store is configured",
                "a.yaml       | datastore: [1, 2                           | not valid YAML",
                "a.txt        | datastore.type=mem                         | .properties, .yaml, .yml and .json",
            })
    void aConfigurationOfTheWrongShapeIsRefused(String name, String content, String expected) {
        Path file = terminal.file(name, content.replace("mem,", "mem\n"));
        Outcome outcome = terminal.run("key", "ls", "--config", file.toString());
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::err);
        assertTrue(outcome.err().contains(expected), outcome::err);
        assertTrue(outcome.err().contains(file.toString()), outcome::err);
    }

    @Test
    void aMissingFileIsRefused() {
        Outcome outcome =
                terminal.run("key", "ls", "--config", home.resolve("none.yaml").toString());
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("no such configuration file"), outcome::err);
    }

    @Test
    void backendsAreListedWithTheirParameters() {
        Outcome all = terminal.run("backends");
        for (String type : List.of("levelds", "mem", "mount", "measure", "namespace", "retry", "log")) {
            assertTrue(all.lines().stream().anyMatch(line -> line.startsWith(type + ": ")), all::out);
        }
        Outcome one = terminal.run("backends", "levelds", "--json");
        assertEquals(1, one.lines().size());
        assertTrue(one.out().startsWith("{\"type\":\"levelds\",\"description\":"), one::out);
        assertTrue(one.out().contains("{\"name\":\"path\""), one::out);
        assertFalse(one.out().contains("mount"), one::out);
        assertEquals(3, terminal.run("backends", "flatfs").exitCode());
    }
}
