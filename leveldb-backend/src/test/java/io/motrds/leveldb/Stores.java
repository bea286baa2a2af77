package io.motrds.leveldb;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Opens stores and gets at their files. */
final class Stores {

    private Stores() {}

    static Datastore open(Path folder, String... parameters) {
        Map<String, String> all = new HashMap<>(Map.of("type", "levelds", "path", folder.toString()));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return Datastores.open(all);
    }

    static Key key(int number) {
        return Key.of(String.format("/blocks/%06d", number));
    }

    /** Bytes that do not compress and differ from key to key. */
    static byte[] value(int number, int size) {
        byte[] value = new byte[size];
        new Random(number).nextBytes(value);
        return value;
    }

    /** Puts keys 0 to count - 1. */
    static void fill(Datastore store, int count, int size) {
        for (int i = 0; i < count; i++) {
            store.put(key(i), value(i, size));
        }
    }

    /** The files with a suffix, oldest first. */
    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    static Path manifest(Path folder) throws IOException {
        return folder.resolve(Files.readString(folder.resolve("CURRENT")).strip());
    }

    static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int before = bytes.read();
            bytes.seek(position);
            bytes.write(before ^ 0x40);
        }
    }

    static void truncate(Path file, long size) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(size);
        }
    }

    /** A store with keys 0 to count - 1 as it is when its process was killed: in a log. */
    static void crashed(Path folder, int count, int size) throws IOException {
        Path running = folder.resolveSibling(folder.getFileName() + "-running");
        try (Datastore store = open(running)) {
            fill(store, count, size);
            copy(running, folder);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : files(from, "")) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }
}
