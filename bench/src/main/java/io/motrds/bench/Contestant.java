package io.motrds.bench;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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
 * @param isDefined whether a file defined it: relative paths start from its folder, and it must be empty when it is opened
 */
record Contestant(
        String name,
        String note,
        Map<String, String> parameters,
        Map<String, String> elsewhere,
        List<String> against,
        Path scratch,
        boolean isDefined) {

    private static final AtomicInteger OPENINGS = new AtomicInteger();
    private static final long START = System.currentTimeMillis();

    /** An open store and the folder that goes with it. */
    record Opened(Datastore store, Path folder, StoreConfig config) implements AutoCloseable {

        /**
         * The same store with its data where later processes find them: one that keeps files is closed and opened again,
         * so that it reads tables and not what it wrote lately.
         */
        Opened settled() throws IOException {
            if (!keepsFiles()) {
                return this;
            }
            store.close();
            return new Opened(config.open(), folder, config);
        }

        private boolean keepsFiles() throws IOException {
            if (store.feature(Persistence.class).isEmpty()) {
                return config.given().containsValue(folder.toString()); // yardsticks promise nothing
            }
            try (Stream<Path> files = Files.list(folder)) {
                return files.findAny().isPresent();
            }
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

    /** The same one, with others of these. */
    Contestant with(Map<String, String> parameters, Map<String, String> elsewhere, List<String> against) {
        return new Contestant(name, note, parameters, elsewhere, against, scratch, isDefined);
    }

    /** Its type and those of the stores within it. */
    Set<String> types() {
        return parameters.entrySet().stream()
                .filter(each -> each.getKey().equals("type") || each.getKey().endsWith(".type"))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    /** Whether it is a yardstick or peer, of which only a benchmark knows. */
    boolean isYardstick() {
        return type().startsWith("raw-") || type().equals("rocksdb") || type().equals(MotrYardstick.TYPE);
    }

    /** Whether each write is forced, which makes a difference where a workload does not do so anyway. */
    boolean forcesWrites() {
        return "true".equals(parameters.get("syncWrites"));
    }

    /**
     * Opens an empty store.
     *
     * @throws IllegalStateException if it was defined, and is not empty
     */
    Opened open() throws IOException {
        int opening = OPENINGS.incrementAndGet();
        Path folder = scratch.resolve(name.replaceAll("[^A-Za-z0-9-]", "_") + "-" + opening);
        Files.createDirectories(folder);
        Path start = isDefined ? folder : Path.of("").toAbsolutePath();
        StoreConfig config = Datastores.read(parameters(folder, opening), start);
        Opened opened = new Opened(config.open(), folder, config);
        try {
            requireEmpty(opened.store());
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void requireEmpty(Datastore store) {
        if (!isDefined) {
            return; // its place is new
        }
        try (QueryResults any = store.query(Query.all().limit(1).keysOnly())) {
            if (any.hasNext()) {
                throw new IllegalStateException("the store is not empty: its place must be new with each opening, by a"
                        + " relative path, or by {folder}, {id} or {number} in a parameter");
            }
        }
    }

    /**
     * The parameters of an empty store that is opened by another process.
     *
     * @param place the folder of the file that will hold them; whatever is in it is removed
     * @throws IllegalStateException if it was defined, and is not empty
     */
    Map<String, String> freshParameters(Path place) throws IOException {
        Map<String, String> filled = parameters(place.resolve("data"), OPENINGS.incrementAndGet());
        renew(place);
        if (isDefined) {
            try (Datastore store = Datastores.read(filled, place).open()) {
                requireEmpty(store);
            }
            renew(place);
        }
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

    private static void renew(Path folder) throws IOException {
        delete(folder);
        Files.createDirectories(folder);
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
