package io.motrds.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A Ceph RADOS Gateway that {@code bench/rgw} starts for these tests, one for all, ended with this process. */
final class RadosGateway {

    private static final Path SCRIPT =
            Path.of("..", "bench", "rgw").toAbsolutePath().normalize();

    private RadosGateway() {}

    /**
     * Where to reach it; aborts the test when it is not installed.
     *
     * @param part what cannot be run without it, for the message
     */
    static S3Server start(String part) {
        if (!isInstalled("radosgw") || !isInstalled("ceph-mon") || !isInstalled("ceph-osd")) {
            Assumptions.abort("not run: " + part
                    + ": radosgw is not installed (Debian packages ceph-mon ceph-osd radosgw ceph-common)");
        }
        return Shared.SERVER;
    }

    private static final class Shared {
        static final S3Server SERVER = launch();
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
        try {
            Path home = Files.createTempDirectory("motrds-rgw");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> run(home, "wipe")));
            int port;
            try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Map<String, String> printed = new LinkedHashMap<>();
            run(home, "start", "--port", Integer.toString(port)).lines().forEach(line -> {
                String[] parts = line.split("=", 2);
                printed.put(parts[0], parts[parts.length - 1]);
            });
            return new S3Server(printed.get("endpoint"), printed.get("accessKey"), printed.get("secretKey"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path home, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString());
            builder.command().addAll(java.util.List.of(arguments));
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
