package io.motrds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.server.wire.Endpoint;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unmodified Go client of go-ds-grpc works: its tests, and go-datastore's, are in src/test/go. */
class GoClientTest {

    private static final Path TESTS = Path.of("src", "test", "go").toAbsolutePath();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"mem", "levelds"})
    void itsTestsPass(String type) throws IOException, InterruptedException {
        Path tests = compiled();
        Map<String, String> parameters = type.equals("mem")
                ? Map.of("type", type)
                : Map.of("type", type, "path", folder.resolve("db").toString());
        try (Datastore store = Datastores.open(parameters);
                Sidecar sidecar = Sidecar.start(store, new Endpoint.UnixSocket(folder.resolve("run/socket")))) {
            Path log = folder.resolve("tests.log");
            ProcessBuilder run = new ProcessBuilder(tests.toString(), "-test.v")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            run.environment().put("MOTRDS_TARGET", sidecar.endpoint().toString());
            run.environment().put("MOTRDS_STORE", type);
            assertEquals(0, exitCode(run.start()), () -> read(log));
        }
    }

    /** Compiles the tests once for all stores. */
    private static Path compiled() throws IOException, InterruptedException {
        Path binary = Path.of("target", "go-client.test").toAbsolutePath();
        if (System.getenv("PATH") == null || !onPath("go")) {
            Assumptions.abort("not run: the Go client of go-ds-grpc: go is missing");
        }
        Path log = Files.createTempFile("motrds-go", ".log");
        try {
            Process download = new ProcessBuilder("go", "mod", "download")
                    .directory(TESTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (exitCode(download) != 0) {
                Assumptions.abort("not run: the Go client of go-ds-grpc: its modules cannot be fetched: "
                        + read(log).lines().reduce("", (before, line) -> line));
            }
            Process compile = new ProcessBuilder("go", "test", "-c", "-o", binary.toString(), ".")
                    .directory(TESTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertEquals(0, exitCode(compile), () -> read(log));
            return binary;
        } finally {
            Files.delete(log);
        }
    }

    private static boolean onPath(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(program)));
    }

    private static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + process.info().commandLine());
        }
        return process.exitValue();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
