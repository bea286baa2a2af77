package io.motrds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.cli.Terminal.Outcome;
import io.motrds.server.protocol.PutRequest;
import io.motrds.server.protocol.StoreGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code motrds serve} as a process: it serves until it is told to stop, and leaves nothing behind. */
@Timeout(120)
class ServeCommandTest {

    private static final String VALUE = "a-value-that-nobody-else-may-see";

    @TempDir
    Path folder;

    private Path config;
    private Path socket;
    private Process process;

    @BeforeEach
    void configure() throws IOException {
        config = Files.writeString(
                folder.resolve("store.properties"),
                "datastore.type=measure\ndatastore.prefix=own\ndatastore.child.type=levelds\ndatastore.child.path=db\n");
        socket = folder.resolve("run/socket");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Starts it and gives the line that says that it serves. */
    private String serve(String... more) throws IOException {
        return serveAt("unix:" + socket, more);
    }

    private String serveAt(String address, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "env", // a build in the background, or under nohup, has them ignored, and so have its children
                "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Motrds.class.getName(),
                "serve",
                "--config",
                config.toString(),
                "--listen",
                address));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertTrue(line != null, () -> "it does not serve: " + log());
        return line;
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Datastore connect() {
        return Datastores.open(Map.of("type", "remote", "target", "unix:" + socket));
    }

    private int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends");
        return process.exitValue();
    }

    @Test
    void itServesUntilSigterm() throws Exception {
        assertEquals("serving at unix:" + socket, serve());
        try (Datastore store = connect()) {
            store.put(Key.of("/a"), new byte[] {1});
            process.toHandle().destroy();
            assertEquals(0, exitCode(), this::log);
        }
        assertFalse(Files.exists(socket), "the socket is taken away");
        assertFalse(log().contains("/a"), "neither keys nor values of good calls are logged");
        serve();
        try (Datastore store = connect()) {
            assertTrue(store.has(Key.of("/a")), "the store was closed and kept what was written");
        }
    }

    @Test
    void theEndOfItsTerminalStopsItInGoodOrder() throws Exception {
        serve();
        try (Datastore store = connect()) {
            store.put(Key.of("/a"), new byte[] {1});
        }
        for (int i = 0; i < 2; i++) { // from the shell and from the kernel
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
        assertEquals(0, exitCode(), this::log);
        assertFalse(Files.exists(socket), "the socket is taken away");
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        serve("--idle", "600", "--drain", "600");
        try (Datastore store = connect()) {
            for (int i = 0; i < 100; i++) {
                store.put(Key.of("/" + i), new byte[100_000]);
            }
            try (QueryResults results = store.query(Query.all())) {
                results.next();
                process.toHandle().destroy();
                assertFalse(process.waitFor(2, TimeUnit.SECONDS), "it waits for a query that is under way");
                process.toHandle().destroy();
                assertEquals(143, exitCode(), this::log);
            }
        }
    }

    @Test
    void aChildEndsWithItsParent() throws Exception {
        serve("--child");
        process.getOutputStream().close();
        assertEquals(0, exitCode(), this::log);
    }

    @Test
    void figuresOfTheStoreAreShown() throws Exception {
        String line = serve("--http", "127.0.0.1:0");
        try (Datastore store = connect()) {
            store.put(Key.of("/a"), new byte[] {1});
        }
        String url = line.replaceFirst(".*metrics at ", "");
        String figures;
        try (var in = java.net.URI.create(url).toURL().openStream()) {
            figures = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertTrue(figures.contains("own_put_latency_seconds_count 1"), figures);
        assertTrue(figures.contains("motrds_server_calls_seconds_count{method=\"motrds.v1.Store/Put\""), figures);
    }

    @Test
    void callsAreLoggedWithTheIdsOfTheirClientsAndWithoutValues() throws Exception {
        String address = serveAt("127.0.0.1:0", "-v").replace("serving at ", "");
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(address).usePlaintext().build();
        try {
            put(channel, "good-1", "/a");
            assertThrows(StatusRuntimeException.class, () -> put(channel, "bad_2", "no key"));
            put(channel, "of two words", "/a");
        } finally {
            channel.shutdownNow();
        }
        String line = "request=%s method=motrds.v1.Store/Put status=%s micros=[0-9]+";
        assertLogged(line.formatted("good-1", "OK"));
        assertLogged(line.formatted("bad_2", "INVALID_ARGUMENT") + " .*no key.*");
        assertLogged(line.formatted("(?!good-1)[a-z0-9]+-[a-z0-9]+", "OK"));
        assertFalse(log().contains("of two words"), "an id that is none is not taken");
        assertFalse(log().contains(VALUE), this::log);
    }

    private static void put(ManagedChannel channel, String id, String key) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("motrds-request-id", Metadata.ASCII_STRING_MARSHALLER), id);
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(VALUE))
                .build();
        var unused = StoreGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .put(request);
    }

    private void assertLogged(String pattern) {
        long lines = log().lines()
                .filter(Pattern.compile(pattern + "\\s*$").asPredicate())
                .count();
        assertEquals(1, lines, () -> pattern + " in\n" + log());
    }

    @Test
    void anAddressThatOthersReachIsRefused() {
        Terminal terminal = Terminal.in(folder);
        for (String address : List.of("0.0.0.0:7200", "192.168.0.1:1", "unix:", "x")) {
            Outcome outcome = terminal.run("serve", "--config", config.toString(), "--listen", address);
            assertEquals(2, outcome.exitCode());
            assertTrue(outcome.err().contains("the address must be unix:PATH or a loopback address"), outcome::err);
        }
        for (String address : List.of("0.0.0.0:9464", "192.168.0.1:9464", "[::]:9464", ":9464", "unix:" + socket)) {
            Outcome outcome = terminal.run(
                    "serve", "--config", config.toString(), "--listen", "unix:" + socket, "--http", address);
            assertEquals(2, outcome.exitCode(), address);
            assertTrue(outcome.err().contains("loopback address such as 127.0.0.1:"), outcome::err);
        }
        assertFalse(Files.exists(socket), "nothing was served");
        assertEquals(
                2,
                terminal.run("serve", "--listen", "unix:" + socket, "--max-calls", "0")
                        .exitCode());
    }
}
