package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import io.motrds.motr.Finding.Step;
import io.motrds.motr.jna.NativeMotr;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what keeps a store on Motr from working. */
@Command(
        name = "doctor",
        description = {
            "Try, step by step, what a store on Motr needs: the library, the cluster's HA",
            "service, this process's address, the client, the index, and a write. What could",
            "end the process is tried in a child process. Exit code 0 when all is well.",
        },
        footer = {
            "  motrds doctor --config motr.properties",
            "  motrds doctor 0x7800000000000123:0x1 -L inet:tcp:10.0.0.1@22501 \\",
            "    -H inet:tcp:10.0.0.1@22001 -P 0x7200000000000001:0x3 -C 0x7000000000000001:0",
        })
public final class DoctorCommand extends MotrCommand {
    private static final Duration STARTING = Duration.ofSeconds(30);

    @Parameters(paramLabel = "INDEX", arity = "0..1", description = "The index, when --config names none.")
    @Nullable String fid;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    private boolean allWell = true;

    /** For the service loader. */
    public DoctorCommand() {}

    @Override
    public Integer call() throws IOException {
        Map<Parameter<?>, String> more = new LinkedHashMap<>();
        if (fid != null) {
            more.put(MotrDatastoreProvider.INDEX, fid);
        }
        StoreConfig config = cluster.config(context(), more);
        if (config.get(MotrDatastoreProvider.CLIENT).startsWith("fake")) {
            new DangerousSteps(config, step -> {}, this::report).run();
        } else {
            NativeMotr.Connection connection = MotrDatastoreProvider.connection(config);
            checkLibrary(connection);
            checkHaService(connection);
            checkLocalAddress(connection);
            if (allWell) {
                tryInChild(config);
            }
        }
        return allWell ? 0 : FAILED;
    }

    private void report(Finding finding) {
        allWell &= finding.ok();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("step", finding.step().toString());
            fields.put("ok", finding.ok());
            fields.put("message", finding.message());
            fields.put("advice", finding.advice());
            context().json(fields);
            return;
        }
        context().line((finding.ok() ? "ok   " : "FAIL ") + finding.step() + ": " + finding.message());
        if (!finding.ok()) {
            context().line("     " + finding.advice());
        }
    }

    private void checkLibrary(NativeMotr.Connection connection) {
        try {
            Path path = NativeMotr.locate(connection.library());
            report(
                    Files.isReadable(path)
                            ? Finding.good(Step.LIBRARY, path.toString())
                            : Finding.bad(Step.LIBRARY, path + " is no file that can be read"));
        } catch (DatastoreException e) {
            report(Finding.bad(Step.LIBRARY, String.valueOf(e.getMessage())));
        }
    }

    private void checkHaService(NativeMotr.Connection connection) {
        try (Socket socket = new Socket()) {
            socket.connect(NativeMotr.socketAddress(connection.haAddr()), 5_000);
            report(Finding.good(Step.HA, connection.haAddr() + " takes connections"));
        } catch (IOException | IllegalArgumentException e) {
            report(Finding.bad(Step.HA, connection.haAddr() + " cannot be reached: " + e.getMessage()));
        }
    }

    private void checkLocalAddress(NativeMotr.Connection connection) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(NativeMotr.socketAddress(connection.localAddr()));
            report(Finding.good(Step.LOCAL, connection.localAddr() + " is free"));
        } catch (IOException | IllegalArgumentException e) {
            report(Finding.bad(Step.LOCAL, connection.localAddr() + " cannot be used: " + e.getMessage()));
        }
    }

    private void tryInChild(StoreConfig config) throws IOException {
        Path folder = Files.createTempDirectory("motrds-doctor"); // whatever a dying process leaves is left there
        Path errors = folder.resolve("errors");
        try {
            Process child = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            absoluteClassPath(),
                            DangerousSteps.class.getName()))
                    .directory(folder.toFile())
                    .redirectError(errors.toFile())
                    .start();
            Duration timeout = config.get(MotrDatastoreProvider.TIMEOUT);
            long seconds = STARTING.toSeconds() + 4 * timeout.toSeconds();
            Thread watch = new Thread(() -> endLate(child, seconds), "doctor-watch");
            watch.setDaemon(true);
            watch.start();
            hand(config, child);
            follow(child, errors, seconds);
        } finally {
            deleteFolder(folder);
        }
    }

    /** The child works in another folder. */
    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void endLate(Process child, long seconds) {
        try {
            if (!child.waitFor(seconds, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException e) {
            child.destroyForcibly();
        }
    }

    private static void hand(StoreConfig config, Process child) throws IOException {
        Properties parameters = new Properties();
        parameters.putAll(ClusterOptions.texts(config));
        parameters.setProperty("type", "motrds");
        try (OutputStream in = child.getOutputStream()) {
            parameters.store(in, null);
        }
    }

    private void follow(Process child, Path errors, long seconds) throws IOException {
        Step current = Step.LOADING;
        boolean done = false;
        boolean reported = true;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("begin ")) {
                    current = Step.valueOf(line.substring("begin ".length()));
                    reported = false;
                } else if (line.startsWith("good ") || line.startsWith("bad ")) {
                    report(Finding.parse(line));
                    reported = true;
                }
                done |= line.equals("done");
            }
        }
        if (!done) {
            String when = reported ? "after this step" : "in this step";
            report(Finding.bad(
                    current,
                    "the process that tried it ended " + when + ", " + ending(child, seconds) + lastWords(errors)));
        }
    }

    private static String ending(Process child, long seconds) {
        try {
            int code = child.waitFor();
            if (code == 128 + 9) {
                return "because it took longer than " + seconds + " s";
            }
            return code == 128 + 6 ? "by a panic of Motr's library" : "with exit code " + code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "and this one was interrupted";
        }
    }

    /** What the process said last: of Motr's panics, the line that names the place. */
    private static String lastWords(Path errors) throws IOException {
        List<String> lines = new String(Files.readAllBytes(errors), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        String telling = lines.stream()
                .filter(line -> line.contains("panic"))
                .findFirst()
                .orElse(lines.isEmpty() ? "" : lines.get(lines.size() - 1));
        return telling.isEmpty() ? "" : ": " + telling.strip();
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
