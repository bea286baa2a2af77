package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.cli.Terminal.Outcome;
import io.motrds.server.Serving;
import io.motrds.server.wire.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The unit and the configuration that docs/server.md offers fit the command and each other. */
class ServiceUnitTest {

    private static final Path CONFIG = Path.of("../docs/systemd/motrds.properties");
    private static final Path UNIT = Path.of("../docs/systemd/motrds.service");

    @TempDir
    Path home;

    @Test
    void theConfigurationIsOne() throws IOException {
        Terminal terminal = Terminal.in(home);
        Outcome outcome = terminal.run("config", "check", CONFIG.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.lines().contains("datastore.type = measure"), outcome::out);
        assertTrue(outcome.lines().contains("datastore.child.type = levelds"), outcome::out);
        String folder = "/var/lib/" + setting("StateDirectory") + "/";
        assertTrue(outcome.lines().stream().anyMatch(line -> line.startsWith("datastore.child.path = " + folder)));

        Path wrong = terminal.file("wrong.properties", Files.readString(CONFIG) + "\ndatastore.child.paht = x\n");
        assertEquals(2, terminal.run("config", "check", wrong.toString()).exitCode(), "a parameter that is none");
    }

    @Test
    void theUnitsCommandIsOne() throws IOException {
        List<String> words = Arrays.asList(setting("ExecStart").split("\\s+"));
        assertEquals("/opt/motrds/bin/motrds", words.get(0));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Shell shell = new Shell(
                new ByteArrayInputStream(new byte[0]),
                OutputStream.nullOutputStream(),
                nowhere,
                Map.of(),
                false,
                false);
        Motrds motrds = new Motrds(shell);
        CommandLine.ParseResult parsed =
                motrds.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        ServeCommand serve = (ServeCommand) parsed.subcommand().commandSpec().userObject();
        assertEquals(Path.of("/etc/motrds", CONFIG.getFileName().toString()), motrds.configFile());
        Serving.Options options = serve.options();
        assertEquals(
                "unix:/run/" + setting("RuntimeDirectory") + "/socket",
                options.listen().toString());
        assertEquals(new Endpoint.Loopback("127.0.0.1", 9464), options.http());
        assertEquals(Duration.ofSeconds(60), options.patience());
        long patience = Long.parseLong(setting("TimeoutStopSec"));
        assertTrue(patience > options.settings().drain().toSeconds(), "systemd waits for the calls under way");
    }

    private static String setting(String name) throws IOException {
        List<String> values = Files.readString(UNIT)
                .replace("\\\n", " ")
                .lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .toList();
        assertEquals(1, values.size(), name);
        return values.get(0);
    }
}
