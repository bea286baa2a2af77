package io.motrds.bench;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A named configuration of a store. Every opening is of a new, empty store: {@code {folder}} in a parameter stands for a
 * folder of its own, {@code {id}} for a name and {@code {number}} for a hexadecimal number that none had before.
 *
 * @param name what it is called in tables
 * @param note what it is, in a few words
 * @param parameters as in a properties file
 * @param elsewhere parameters that are others for a store that another process opens
 * @param against the contestants that it is compared with
 * @param scratch where folders are made
 */
record Contestant(
        String name,
        String note,
        Map<String, String> parameters,
        Map<String, String> elsewhere,
        List<String> against,
        Path scratch) {

    private static final AtomicInteger OPENINGS = new AtomicInteger();
    private static final long START = System.currentTimeMillis();

    /** An open store and the folder that goes with it. */
    record Opened(Datastore store, Path folder, Map<String, String> parameters) implements AutoCloseable {

        /**
         * The same store with its data where later processes find them: one that keeps files is closed and opened again,
         * so that it reads tables and not what it wrote lately.
         */
        Opened settled() {
            if (!parameters.containsValue(folder.toString())) {
                return this;
            }
            store.close();
            return new Opened(Datastores.open(parameters), folder, parameters);
        }

        @Override
        public void close() throws IOException {
            store.close();
            delete(folder);
        }
    }

    String type() {
        return parameters.getOrDefault("type", "");
    }

    /** Whether it is a yardstick or peer, of which only a benchmark knows. */
    boolean isYardstick() {
        return type().startsWith("raw-") || type().equals("rocksdb") || type().equals(MotrYardstick.TYPE);
    }

    /** Whether each write is forced, which makes a difference where a workload does not do so anyway. */
    boolean forcesWrites() {
        return "true".equals(parameters.get("syncWrites"));
    }

    /** Opens an empty store. */
    Opened open() throws IOException {
        int opening = OPENINGS.incrementAndGet();
        Path folder = scratch.resolve(name.replaceAll("[^A-Za-z0-9-]", "_") + "-" + opening);
        Files.createDirectories(folder);
        Map<String, String> filled = parameters(folder, opening);
        return new Opened(Datastores.open(filled), folder, filled);
    }

    /** The parameters of a store that is opened by another process. */
    Map<String, String> freshParameters(Path folder) {
        Map<String, String> filled = parameters(folder, OPENINGS.incrementAndGet());
        filled.putAll(elsewhere);
        return filled;
    }

    private Map<String, String> parameters(Path folder, int opening) {
        Map<String, String> filled = new LinkedHashMap<>();
        parameters.forEach((key, value) -> filled.put(
                key,
                value.replace("{folder}", folder.toString())
                        .replace("{id}", "bench-" + START + "-" + opening)
                        .replace("{number}", Long.toHexString((START << 16) + opening))));
        return filled;
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
