package io.motrds.server.client;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.MisconfiguredException;
import io.motrds.server.wire.Endpoint;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sidecar of a store's own: a child process with this process's Java and class path. It gets the store's parameters on
 * its standard input, so that no secret is on a command line or a disk, and ends when that input ends: with this process,
 * however that ends.
 *
 * <p>A thread watches it. When it has died, or does not answer any more, another is started in its place; calls fail or
 * wait meanwhile.
 */
final class ChildSidecar implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChildSidecar.class);
    private static final Logger ITS_LOG = LoggerFactory.getLogger("io.motrds.sidecar");

    private static final long CHECK_MILLIS = 2_000;
    private static final long ANSWER_SECONDS = 10; // what even a busy process keeps
    private static final long MAX_PAUSE_MILLIS = 10_000;
    private static final long LARGE_HEAP = 768L << 20;

    private final Map<String, String> parameters;
    private final Path folder;
    private final List<String> javaOptions;
    private final Duration startTimeout;
    private final Duration restartAfter;
    private final Path place;
    private final Endpoint.UnixSocket endpoint;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Process process;
    private @Nullable Thread watch; // set once, before the store is used

    private ChildSidecar(
            Map<String, String> parameters,
            Path folder,
            List<String> javaOptions,
            Duration startTimeout,
            Duration restartAfter) {
        this.parameters = parameters;
        this.folder = folder;
        this.javaOptions = javaOptions;
        this.startTimeout = startTimeout;
        this.restartAfter = restartAfter;
        try {
            this.place = Files.createTempDirectory("motrds-"); // of mode 0700
        } catch (IOException e) {
            throw new MisconfiguredException("no folder for the socket of a sidecar: " + e, e);
        }
        this.endpoint = socket(place);
    }

    private static Endpoint.UnixSocket socket(Path place) {
        try {
            return new Endpoint.UnixSocket(place.resolve("socket"));
        } catch (IllegalArgumentException e) {
            throw new MisconfiguredException("a sidecar cannot be reached: " + e.getMessage(), e);
        }
    }

    /** Starts a sidecar and waits until it serves the store. */
    static ChildSidecar start(
            Map<String, String> parameters,
            Path folder,
            List<String> javaOptions,
            Duration startTimeout,
            Duration restartAfter) {
        ChildSidecar child = new ChildSidecar(parameters, folder, javaOptions, startTimeout, restartAfter);
        try {
            child.launch();
            return child;
        } catch (RuntimeException | Error e) {
            child.close();
            throw e;
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    private void launch() {
        Process started;
        try {
            started = new ProcessBuilder(command()).start();
        } catch (IOException e) {
            throw new DatastoreUnavailableException("a sidecar cannot be started: " + e.getMessage(), e);
        }
        process = started;
        try {
            passLogOn(started);
            tellParameters(started);
            awaitServing(started);
        } catch (RuntimeException | Error e) {
            started.destroyForcibly();
            throw e;
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // LevelDB's and Netty's libraries use it
        }
        List<String> given =
                javaOptions.stream().filter(option -> !option.isEmpty()).toList();
        command.addAll(given.isEmpty() ? defaultOptions() : given);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChildMain.class.getName()));
        command.addAll(List.of(endpoint.toString(), Long.toString(restartAfter.toMillis())));
        return command;
    }

    /**
     * With room for young objects that does not grow: batches come in it, and memory that was used before is faster than
     * what the system has yet to give. Not where heaps are small, as this one is then, too.
     */
    private static List<String> defaultOptions() {
        return Runtime.getRuntime().maxMemory() >= LARGE_HEAP ? List.of("-XX:MaxNewSize=256m") : List.of();
    }

    private static void passLogOn(Process started) {
        passOn(started.errorReader(StandardCharsets.UTF_8));
    }

    /** Reads to the end what a child writes: who is not read stops when a pipe is full. */
    private static void passOn(BufferedReader lines) {
        start("motrds-sidecar-log", () -> {
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    ITS_LOG.info("{}", line);
                }
            } catch (IOException e) {
                LOG.debug("the log of a sidecar ended", e);
            }
        });
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Leaves the stream open: its end tells the child that its parent has gone. */
    private void tellParameters(Process started) {
        try {
            DataOutputStream out = new DataOutputStream(started.getOutputStream());
            out.writeUTF(folder.toString());
            out.writeInt(parameters.size());
            for (Map.Entry<String, String> each : parameters.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
            out.flush();
        } catch (IOException e) {
            LOG.debug("a sidecar ended before it was told its parameters", e); // what it says tells why
        }
    }

    private void awaitServing(Process started) {
        BufferedReader reports = started.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<String> report =
                CompletableFuture.supplyAsync(() -> report(reports), work -> start("motrds-sidecar-start", work));
        String line;
        try {
            line = report.get(startTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new DatastoreUnavailableException(
                    "a sidecar did not open its store within " + startTimeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException("interrupted while a sidecar was started", e);
        } catch (ExecutionException e) {
            throw new DatastoreUnavailableException("a sidecar cannot be started: " + e.getCause(), e);
        }
        throwUnlessServing(line);
        passOn(reports);
    }

    /** The first line that is for us; others are what some library prints. Empty at the end. */
    private static String report(BufferedReader reports) {
        try {
            String line = reports.readLine();
            while (line != null && !line.startsWith(ChildMain.REPORT)) {
                line = reports.readLine();
            }
            return line == null ? "" : line.substring(ChildMain.REPORT.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void throwUnlessServing(String report) {
        String[] parts = report.split(" ", 2);
        String message = parts.length < 2 ? "it ended without a word; its log may tell why" : parts[1];
        switch (parts[0]) {
            case ChildMain.SERVING -> {}
            case ChildMain.MISCONFIGURED -> throw new MisconfiguredException(message);
            case ChildMain.UNAVAILABLE -> throw new DatastoreUnavailableException(message);
            default -> throw new DatastoreException("a sidecar did not start: " + message);
        }
    }

    /** Watches it from now on. */
    void supervise(Connection connection) {
        Thread thread = new Thread(() -> watch(connection), "motrds-sidecar-watch");
        thread.setDaemon(true);
        watch = thread;
        thread.start();
    }

    private void watch(Connection connection) {
        try {
            while (!closing.await(CHECK_MILLIS / 20, TimeUnit.MILLISECONDS)) {
                Process current = process;
                if (current == null || !current.isAlive()) {
                    LOG.atWarn()
                            .addKeyValue("exit", current == null ? -1 : current.exitValue())
                            .log("the sidecar has ended; another is started");
                    replace(connection);
                } else if (!answers(current, connection)) {
                    LOG.atWarn().log("the sidecar does not answer any more; it is ended and another started");
                    current.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** Whether it answers, asked once in a while; as soon as it has ended that is seen. */
    private boolean answers(Process current, Connection connection) throws InterruptedException {
        if (current.waitFor(CHECK_MILLIS, TimeUnit.MILLISECONDS) || closing.getCount() == 0) {
            return true; // it has ended, which the caller sees next
        }
        try {
            HealthGrpc.newBlockingStub(connection.channel())
                    .withWaitForReady()
                    .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            return closing.getCount() == 0
                    || !current.isAlive()
                    || e.getStatus().getCode() != io.grpc.Status.Code.DEADLINE_EXCEEDED;
        }
    }

    private void replace(Connection connection) throws InterruptedException {
        long pause = 100;
        while (true) {
            try {
                launch();
                connection.hurry();
                LOG.info("another sidecar serves the store");
                return;
            } catch (DatastoreException e) {
                LOG.atWarn().addKeyValue("retryMillis", pause).log("no sidecar could be started: {}", e.getMessage());
            }
            if (closing.await(pause, TimeUnit.MILLISECONDS)) {
                return;
            }
            pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
        }
    }

    /** Ends it when it has closed its store. */
    @Override
    public void close() {
        closing.countDown();
        try {
            Thread thread = watch;
            if (thread != null) {
                thread.interrupt();
                thread.join();
            }
            Process last = process;
            if (last != null) {
                end(last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Process last = process;
        if (last != null) {
            last.destroyForcibly();
        }
        removePlace();
    }

    private static void end(Process last) throws InterruptedException {
        try {
            last.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the sidecar has ended already", e);
        }
        if (!last.waitFor(30, TimeUnit.SECONDS)) {
            LOG.warn("the sidecar did not close its store within 30 s; it is ended");
            last.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private void removePlace() {
        try {
            for (String name : List.of("socket", "socket.lock", "")) {
                Files.deleteIfExists(place.resolve(name));
            }
        } catch (IOException e) {
            LOG.debug("the folder of a sidecar's socket stays", e);
        }
    }
}
