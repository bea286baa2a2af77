package io.motrds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but its owner reaches a store over a Unix socket. */
class SocketFileTest {

    @TempDir
    Path folder;

    private final Datastore store = Datastores.open(Map.of("type", "mem"));

    @AfterEach
    void closeStore() {
        store.close();
    }

    private Sidecar start(Path socket) {
        return Sidecar.start(store, new Endpoint.UnixSocket(socket));
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theSocketAndItsFolderAreTheOwnersAlone() throws IOException {
        Path socket = folder.resolve("run/socket");
        try (Sidecar sidecar = start(socket)) {
            assertEquals("unix:" + socket, sidecar.endpoint().toString());
            assertEquals("rw-------", mode(socket));
            assertEquals("rwx------", mode(socket.getParent()));
        }
        assertFalse(Files.exists(socket), "a server that stops takes its socket away");
    }

    @Test
    void aFolderThatOthersMayEnterIsRefused() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        for (String loose : new String[] {"rwxr-xr-x", "rwx--x---", "rwxrwxrwx"}) {
            mode(run, loose);
            MisconfiguredException refusal =
                    assertThrows(MisconfiguredException.class, () -> start(run.resolve("socket")));
            assertTrue(refusal.getMessage().contains("chmod 700 " + run), refusal::getMessage);
        }
    }

    @Test
    void aSocketInUseIsRefusedAndOneOfADeadServerReplaced() throws IOException {
        Path socket = folder.resolve("run/socket");
        try (Sidecar first = start(socket)) {
            MisconfiguredException refusal = assertThrows(MisconfiguredException.class, () -> start(socket));
            assertEquals("a server listens at " + socket + " already", refusal.getMessage());
            assertTrue(first.isHealthy());
        }
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket), "closing a channel leaves the file");
        try (Sidecar second = start(socket)) {
            assertTrue(second.isHealthy());
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        mode(run, "rwx------");
        Path file = Files.writeString(run.resolve("socket"), "precious");
        assertThrows(MisconfiguredException.class, () -> start(file));
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aPortInUseIsRefused() {
        try (Sidecar first = Sidecar.start(store, Endpoint.parse("127.0.0.1:0"))) {
            MisconfiguredException refusal =
                    assertThrows(MisconfiguredException.class, () -> Sidecar.start(store, first.endpoint()));
            assertTrue(refusal.getMessage().contains(first.endpoint().toString()), refusal::getMessage);
        }
    }

    /** Also when somebody opened the folder after the server had started: the socket's own mode keeps others out. */
    @Test
    void anotherUserCannotConnect() throws IOException, InterruptedException {
        try (InputStream code = ConnectProbe.class.getResourceAsStream("ConnectProbe.class")) {
            Path place = Files.createDirectories(folder.resolve("classes/io/motrds/server"));
            Files.copy(code, place.resolve("ConnectProbe.class"));
        }
        mode(folder, "rwxr-xr-x"); // JUnit's is closed to others
        Path socket = folder.resolve("run/socket");
        try (Sidecar sidecar = start(socket)) {
            assertTrue(sidecar.isHealthy());
            assertEquals("refused", connectAsNobody(socket));
            mode(socket.getParent(), "rwxrwxrwx");
            assertEquals("refused", connectAsNobody(socket));
            mode(socket, "rw-rw-rw-");
            assertEquals("connected", connectAsNobody(socket), "the probe could connect if it were let in");
        }
    }

    private String connectAsNobody(Path socket) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(
                            "setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            folder.resolve("classes").toString(),
                            ConnectProbe.class.getName(),
                            socket.toString())
                    .redirectError(folder.resolve("probe.err").toFile())
                    .start();
        } catch (IOException e) {
            Assumptions.abort("not run: another user on the socket: setpriv is missing");
            return "";
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 && said.isEmpty()) {
            Assumptions.abort("not run: another user on the socket: the right to become one");
        }
        return said;
    }
}
