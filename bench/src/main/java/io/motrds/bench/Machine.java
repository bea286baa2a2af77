package io.motrds.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where it was measured.
 *
 * @param versions of what took part, by name
 */
record Machine(
        String processor,
        int cores,
        long memoryMiB,
        String system,
        String java,
        String fileSystem,
        Map<String, String> versions) {

    static Machine here(Path scratch) throws IOException {
        Files.createDirectories(scratch);
        return new Machine(
                field(Path.of("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                kibibytes(field(Path.of("/proc/meminfo"), "MemTotal")) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Files.getFileStore(scratch).type(),
                givenVersions());
    }

    private static Map<String, String> givenVersions() {
        Map<String, String> versions = new TreeMap<>();
        String given = System.getProperty("motrds.bench.versions", "");
        for (String each : given.split(";", -1)) {
            int at = each.indexOf('=');
            if (at > 0) {
                versions.put(each.substring(0, at), each.substring(at + 1));
            }
        }
        return versions;
    }

    private static String field(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        List<String> lines = Files.readAllLines(file);
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static long kibibytes(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }
}
