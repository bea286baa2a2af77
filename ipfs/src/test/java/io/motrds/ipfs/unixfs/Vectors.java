package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Reads the test vectors. */
final class Vectors {

    private Vectors() {}

    /** The rows of a resource beside this class: fields between tabs, without comments. */
    static List<List<String>> rows(String resource) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split("\t")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a folder of trees.tsv on disk. */
    static void makeTree(String tree, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (List<String> row : rows("trees.tsv")) {
            if (!row.get(0).equals(tree)) {
                continue;
            }
            String path = row.get(1);
            Path file = folder.resolve(path.startsWith("/") ? path.substring(1) : path);
            Files.createDirectories(path.endsWith("/") ? file : file.getParent());
            if (!path.endsWith("/")) {
                Files.write(file, GeneratedContent.bytes(Long.parseLong(row.get(2))));
            }
        }
    }
}
