package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.motrds.api.Datastore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code syncWrites}, writers have their log forced together; none returns before its own write is in the file. */
class AcknowledgedWritesTest {

    private static final int WRITERS = 4;
    private static final int WRITES = 10;

    @TempDir
    Path temporary;

    @Test
    void aWriteThatReturnedIsInTheFilesWhateverOthersDo() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (Datastore store = Stores.open(temporary.resolve("store"), "syncWrites", "true")) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int first = i * WRITES;
                writers.add(threads.submit(() -> {
                    write(store, first);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void write(Datastore store, int first) throws IOException {
        for (int i = first; i < first + WRITES; i++) {
            store.put(Stores.key(i), Stores.value(i, 100));
            Path copy = temporary.resolve("copy" + i);
            copy(temporary.resolve("store"), copy);
            try (Datastore copied = Stores.open(copy)) {
                assertArrayEquals(
                        Stores.value(i, 100), copied.get(Stores.key(i)).orElseThrow());
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        List<Path> files;
        try (var listed = Files.list(from)) {
            files = listed.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(file.getFileName().toString()));
        }
    }
}
