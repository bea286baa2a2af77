package io.motrds.server.client;

import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.StoreConfig;
import io.motrds.server.Serving;
import io.motrds.server.Settings;
import io.motrds.server.wire.Endpoint;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The process that {@link ChildSidecar} starts. It reports on its standard output, in one line, how its start went. */
final class ChildMain {

    static final String REPORT = "motrds-sidecar: ";
    static final String SERVING = "serving";
    static final String MISCONFIGURED = "misconfigured";
    static final String UNAVAILABLE = "unavailable";
    static final String FAILED = "failed";

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private ChildMain() {}

    /** Serves the store whose parameters come on standard input until that ends. */
    public static void main(String[] arguments) throws IOException {
        Endpoint endpoint = Endpoint.parse(arguments[0]);
        Duration patience = Duration.ofMillis(Long.parseLong(arguments[1]));
        StoreConfig store;
        int exitCode;
        try {
            store = readStore();
            Serving.Options options = new Serving.Options(endpoint, null, Settings.defaults(), patience, System.in);
            exitCode = Serving.run(store::open, options, (where, http) -> report(SERVING));
        } catch (RuntimeException | Error e) {
            report(kind(e) + " " + String.valueOf(e.getMessage()).replaceAll("\\R", " "));
            exitCode = 1;
        }
        if (exitCode == 0) {
            removePlace(endpoint);
        }
        System.exit(exitCode);
    }

    private static StoreConfig readStore() throws IOException {
        DataInputStream in = new DataInputStream(System.in);
        Path folder = Path.of(in.readUTF());
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            parameters.put(in.readUTF(), in.readUTF());
        }
        return Datastores.read(parameters, folder);
    }

    private static String kind(Throwable thrown) {
        if (thrown instanceof MisconfiguredException) {
            return MISCONFIGURED;
        }
        return thrown instanceof DatastoreException failure && failure.isRetryable() ? UNAVAILABLE : FAILED;
    }

    private static void report(String text) {
        OUT.println(REPORT + text);
    }

    /** A parent that was killed cannot. */
    private static void removePlace(Endpoint endpoint) throws IOException {
        if (endpoint instanceof Endpoint.UnixSocket socket) {
            Path parent = socket.path().getParent();
            Files.deleteIfExists(socket.path().resolveSibling(socket.path().getFileName() + ".lock"));
            if (parent != null) {
                Files.deleteIfExists(parent);
            }
        }
    }
}
