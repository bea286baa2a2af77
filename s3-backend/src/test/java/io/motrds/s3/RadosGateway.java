package io.motrds.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A Ceph RADOS Gateway that {@code bench/rgw} starts for these tests, one for all, ended with this process. */
final class RadosGateway {

    private static final Path SCRIPT =
            Path.of("..", "bench", "rgw").toAbsolutePath().normalize();

    private static @Nullable FutureTask<S3Server> launched;

    private RadosGateway() {}

    /**
     * Where to reach it; aborts the test when it is not installed.
     *
     * @param part what cannot be run without it, for the message
     */
    static synchronized S3Server start(String part) {
        requireInstalled(part);
        if (launched == null) {
            launched = new FutureTask<>(RadosGateway::launch);
            launched.run();
        }
        try {
            return launched.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e); // each test says why, not only the first
        }
    }

    /** Aborts the test when it is not installed. */
    static void requireInstalled(String part) {
        for (String program : List.of("radosgw", "ceph-mon", "ceph-osd", "ceph", "curl")) {
            if (!isInstalled(program)) {
                Assumptions.abort("not run: " + part + ": " + program
                        + " is not installed (Debian packages ceph-common ceph-mon ceph-osd radosgw curl)");
            }
        }
    }

    private static boolean isInstalled(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static S3Server launch() {
        return server(run(freshHome(), "start", "--port", Integer.toString(freePorts())));
    }

    /** A folder for a cluster, which is gone with this process, as its servers are. */
    static Path freshHome() {
        try {
            Path home = Files.createTempDirectory("motrds-rgw");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> run(home, "wipe")));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the script prints of a server that runs. */
    static S3Server server(String printed) {
        Map<String, String> values = printed.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[parts.length - 1]));
        return new S3Server(values.get("endpoint"), values.get("accessKey"), values.get("secretKey"));
    }

    /** A free port whose successor, the monitor's, is free, too; none that a connection could be given meanwhile. */
    static int freePorts() {
        Random random = new Random();
        for (int i = 0; i < 1_000; i++) {
            int port = 15_000 + 2 * random.nextInt(8_000);
            try (ServerSocket first = new ServerSocket(port);
                    ServerSocket second = new ServerSocket(port + 1)) {
                return first.getLocalPort();
            } catch (IOException e) {
                // taken: another one
            }
        }
        throw new IllegalStateException("no free ports");
    }

    /** Runs the script on a cluster of its own; what it prints. */
    static String run(Path home, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString());
            builder.command().addAll(List.of(arguments));
            builder.environment().put("MOTRDS_RGW_HOME", home.toString());
            builder.redirectErrorStream(true);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("bench/rgw " + String.join(" ", arguments) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
