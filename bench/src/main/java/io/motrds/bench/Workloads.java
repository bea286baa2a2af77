package io.motrds.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The workloads by the names that the command knows.
 *
 * @param fileBytes of the file that is added and read
 * @param batchBytes of all blocks of a batch workload together
 * @param values sizes of values of single puts and gets
 * @param threads how many threads do single operations
 * @param keys how many keys are listed
 * @param command the {@code motrds} command of a built distribution
 */
record Workloads(int fileBytes, int batchBytes, List<Integer> values, List<Integer> threads, int keys, Path command) {

    /** The names, in the order in which they run. */
    static final List<String> NAMES =
            List.of("add", "read", "cold", "batch", "put", "get", "has", "size", "list", "growth", "pieces");

    private static final int FEW_KEYS = 10_000; // listed, too, when there are more

    /**
     * The workloads of a name.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    List<Workload> named(String name) {
        int cores = Runtime.getRuntime().availableProcessors();
        return switch (name) {
            case "add" ->
                cores == 1
                        ? List.of(new FileAdd(fileBytes, 1))
                        : List.of(new FileAdd(fileBytes, 1), new FileAdd(fileBytes, cores));
            case "read" -> List.of(new FileRead(fileBytes));
            case "batch" ->
                List.of(
                        new BatchWrite(256 << 10, batchBytes),
                        new BatchWrite(1 << 20, batchBytes),
                        new BatchRead(256 << 10, batchBytes),
                        new BatchRead(1 << 20, batchBytes));
            case "put" -> single(SingleOperation.Kind.PUT, values);
            case "get" -> single(SingleOperation.Kind.GET, values);
            case "has" -> single(SingleOperation.Kind.HAS, values.subList(0, 1));
            case "size" -> single(SingleOperation.Kind.SIZE, values.subList(values.size() - 1, values.size()));
            case "list" ->
                keys <= FEW_KEYS ? List.of(new Listing(keys)) : List.of(new Listing(FEW_KEYS), new Listing(keys));
            case "cold" -> List.of(new ColdFile(command, fileBytes, false), new ColdFile(command, fileBytes, true));
            case "growth", "pieces" -> List.of(); // no work that is done by turns
            default ->
                throw new IllegalArgumentException(
                        "there is no workload \"" + name + "\"; known are " + String.join(", ", NAMES));
        };
    }

    private List<Workload> single(SingleOperation.Kind kind, List<Integer> sizes) {
        List<Workload> all = new ArrayList<>();
        for (int size : sizes) {
            threads.forEach(count -> all.add(new SingleOperation(kind, size, count)));
        }
        return all;
    }

    /** Yardsticks that take their turns with a workload: hashing bounds what IPFS can do. */
    static Map<String, Trial> beside(Workload workload) {
        Map<String, Trial> beside = new LinkedHashMap<>();
        if (workload instanceof FileAdd || workload instanceof FileRead) {
            int cores = Runtime.getRuntime().availableProcessors();
            beside.put(Yardsticks.SHA_ONE, Yardsticks.sha256(1));
            if (cores > 1) {
                beside.put(Yardsticks.SHA_ALL, Yardsticks.sha256(cores));
            }
        }
        return beside;
    }
}
