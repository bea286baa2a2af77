package io.motrds.bench;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers that the scripts beside {@code bench/run} start for one run; they and their data are gone afterwards. */
final class LocalServers implements AutoCloseable {

    private static final Path RGW = Path.of("bench", "rgw");
    private static final Path MOTR = Path.of("bench", "motr", "cluster");

    private static final Path YARDSTICK = Path.of("bench", "motr", "build");

    private record Started(Path script, Map<String, String> environment) {}

    private final Path scratch;
    private final Deque<Started> started = new ArrayDeque<>();
    private @Nullable Datastore connection;

    LocalServers(Path scratch) {
        this.scratch = scratch;
        Runtime.getRuntime().addShutdownHook(new Thread(this::wipe)); // Ctrl-C leaves no servers behind
    }

    /** Starts Ceph RGW and tells its contestants where it is. */
    void startRgw(Contestants contestants) throws Exception {
        Map<String, String> said = start(
                RGW,
                Map.of("MOTRDS_RGW_HOME", scratch.resolve("rgw").toString()),
                List.of("start", "--store", "bluestore", "--port", "7490"));
        for (String store : List.of("s3ds", "s3-sdk")) {
            contestants.set(store, "regionEndpoint", said.getOrDefault("endpoint", ""));
            contestants.set(store, "accessKey", said.getOrDefault("accessKey", ""));
            contestants.set(store, "secretKey", said.getOrDefault("secretKey", ""));
        }
    }

    /** Starts a Motr cluster of one node and tells its contestant where it is. */
    void startMotr(Contestants contestants) throws Exception {
        String prefix = System.getenv("MOTR_PREFIX");
        if (prefix == null) {
            throw new IOException("--motr needs MOTR_PREFIX: the folder that Motr was installed into");
        }
        Map<String, String> said = start(
                MOTR,
                Map.of("MOTRDS_MOTR_HOME", scratch.resolve("motr").toString()),
                List.of("start", "--port", "7600"));
        for (String parameter : List.of("haxAddr", "profileFid", "localAddr", "processFid")) {
            String value = said.get(parameter);
            if (value == null) {
                throw new IOException(MOTR + " did not say " + parameter);
            }
            contestants.set("motrds", parameter, value);
            contestants.set(MotrYardstick.TYPE, parameter, value);
        }
        contestants.set(
                "motrds", "library", Path.of(prefix, "lib", "libmotr.so.2").toString());
        // each client process has an address of its own
        Map<String, String> second = new LinkedHashMap<>();
        second.put("localAddr", said.getOrDefault("localAddr.2", ""));
        second.put("processFid", said.getOrDefault("processFid.2", ""));
        contestants.setElsewhere("motrds", second);
        second.forEach((parameter, value) -> contestants.set(MotrYardstick.TYPE, parameter, value));
        prepareYardstick(contestants);
        connect(contestants);
    }

    /** Builds the C yardstick, where that is possible. */
    private void prepareYardstick(Contestants contestants) throws Exception {
        Path program = scratch.resolve("yardstick");
        try {
            run(YARDSTICK, Map.of(), List.of(program.toString()));
        } catch (IOException e) {
            return; // the report says that it did not run
        }
        contestants.set(MotrYardstick.TYPE, "program", program.toString());
    }

    /** Opens the store that the yardstick writes to; while it is open, this process stays a client of the cluster. */
    private void connect(Contestants contestants) {
        Map<String, String> store =
                new LinkedHashMap<>(contestants.require("motrds").parameters());
        store.put("index", contestants.require(MotrYardstick.TYPE).parameters().getOrDefault("index", ""));
        connection = Datastores.open(store);
    }

    /** Runs a script to its end; what it says as NAME=VALUE, the second of a name as NAME.2. */
    private Map<String, String> start(Path script, Map<String, String> environment, List<String> arguments)
            throws Exception {
        started.push(new Started(script, environment)); // so that also a half start is undone
        Map<String, String> said = new LinkedHashMap<>();
        for (String line : run(script, environment, arguments).split("\\s+", -1)) {
            int at = line.indexOf('=');
            if (at > 0) {
                String name = line.substring(0, at);
                said.putIfAbsent(said.containsKey(name) ? name + ".2" : name, line.substring(at + 1));
            }
        }
        return said;
    }

    private String run(Path script, Map<String, String> environment, List<String> arguments) throws Exception {
        Path log = Files.createTempFile("bench-server", ".out");
        try {
            List<String> line = new ArrayList<>(List.of(script.toString()));
            line.addAll(arguments);
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            int status = builder.start().waitFor(); // the servers keep the file open, so that it is no pipe
            String said = Files.readString(log, StandardCharsets.UTF_8);
            if (status != 0) {
                throw new IOException(script + " " + arguments.get(0) + " ended with status " + status + ": " + said);
            }
            return said;
        } finally {
            Files.delete(log);
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        wipe();
    }

    private synchronized void wipe() {
        while (!started.isEmpty()) {
            Started server = started.pop();
            try {
                run(server.script(), server.environment(), List.of("wipe"));
            } catch (Exception e) {
                System.err.println("bench/run: " + e.getMessage());
            }
        }
    }
}
