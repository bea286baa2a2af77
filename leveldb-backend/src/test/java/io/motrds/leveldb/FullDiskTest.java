package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a full disk a write fails with a clear error, and what was written before stays. */
class FullDiskTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("store");
    }

    /** Puts until it fails; the number of puts that did not. */
    private static int fill(Datastore store, int most) {
        for (int i = 0; i < most; i++) {
            try {
                store.put(Stores.key(i), Stores.value(i, 10_000));
            } catch (DatastoreException e) {
                assertFull(e);
                return i;
            }
        }
        throw new AssertionError("none of " + most + " puts failed");
    }

    private static void assertFull(DatastoreException e) {
        assertTrue(e instanceof DatastoreUnavailableException, e.toString());
        assertTrue(e.getMessage().contains("the disk is full"), e.getMessage());
        assertTrue(e.getMessage().contains("free some space"), e.getMessage());
    }

    private static void assertKept(Datastore store, int count) {
        for (int i = 0; i < count; i++) {
            assertArrayEquals(Stores.value(i, 10_000), store.get(Stores.key(i)).orElseThrow());
        }
    }

    /** Makes files of the coming numbers ones that no byte can be written to. */
    private void fillUp(String suffix) throws IOException {
        Assumptions.assumeTrue(Files.exists(FULL), "not run: full disk: no /dev/full");
        for (int number = 1; number < 40; number++) {
            Path file = folder.resolve(String.format("%06d", number) + suffix);
            if (!Files.exists(file)) {
                Files.createSymbolicLink(file, FULL);
            }
        }
    }

    private void freeSpace() throws IOException {
        for (Path file : Stores.files(folder, "")) {
            if (Files.isSymbolicLink(file)) {
                Files.delete(file);
            }
        }
    }

    private void assertGoesOn(int kept) throws IOException {
        freeSpace();
        try (Datastore store = Stores.open(folder)) {
            assertKept(store, kept);
            store.put(Key.of("/after"), new byte[1]);
        }
    }

    @Test
    void aLogThatCannotBeWrittenFailsThePutAndLosesNothing() throws IOException {
        int kept;
        try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB")) {
            fillUp(".log");
            kept = fill(store, 1_000);
            assertKept(store, kept);
            assertFull(assertThrows(DatastoreException.class, () -> store.put(Key.of("/more"), new byte[1])));
            assertFull(assertThrows(DatastoreException.class, () -> store.sync(Key.ROOT)));
            assertFull(assertThrows(DatastoreException.class, store::close));
        }
        assertGoesOn(kept);
    }

    @Test
    void aTableThatCannotBeWrittenRefusesFurtherPutsAndLosesNothing() throws IOException {
        int kept;
        try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB")) {
            fillUp(".ldb");
            kept = fill(store, 1_000);
            assertKept(store, kept);
            store.sync(Key.ROOT);
        }
        assertGoesOn(kept);
    }

    @Test
    void aStoreThatCannotBeOpenedForLackOfSpaceIsKeptAsItWas() throws IOException {
        Stores.crashed(folder, 10, 10_000);
        fillUp(".ldb"); // opening writes the log's content to a table
        assertFull(assertThrows(DatastoreException.class, () -> Stores.open(folder)));
        assertGoesOn(10);
    }

    @Test
    void aDiskThatFillsUpLosesNothing() throws Exception {
        Path mount = Files.createDirectory(temporary.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=2m", "motrds-test", mount.toString());
        try {
            folder = mount.resolve("store");
            Path ballast = mount.resolve("ballast");
            Files.write(ballast, new byte[512 << 10]);
            int kept;
            try (Datastore store = Stores.open(folder, "writeBuffer", "256KiB")) {
                kept = fill(store, 1_000);
                assertKept(store, kept);
                assertThrows(DatastoreException.class, () -> store.put(Key.of("/more"), new byte[100_000]));
                closeOnFullDisk(store);
            }
            assertTrue(kept > 20, "some puts fit: " + kept);
            Files.delete(ballast);
            assertGoesOn(kept);
        } finally {
            run("umount", mount.toString());
        }
    }

    /** Closing forces the log, which fails if the log is what could not be written. */
    private static void closeOnFullDisk(Datastore store) {
        try {
            store.close();
        } catch (DatastoreException e) {
            assertFull(e);
        }
    }

    private static void run(String... command) throws Exception {
        int code;
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            code = process.waitFor();
        } catch (IOException e) {
            code = -1;
        }
        if (code != 0) {
            Assumptions.abort("not run: small disk that fills up: " + command[0] + " failed (it takes root)");
        }
    }
}
