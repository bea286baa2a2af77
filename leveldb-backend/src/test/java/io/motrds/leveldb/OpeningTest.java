package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.query.Query;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.Options;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening refuses: with one clear message, and without changing anything. */
class OpeningTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("store");
    }

    /** A store with several tables and a log. */
    private void make() {
        try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB")) {
            Stores.fill(store, 60, 10_000);
        }
    }

    private void assertRefused(Class<? extends DatastoreException> type, String... said) throws IOException {
        Set<String> before = Files.isDirectory(folder) ? content() : Set.of();
        DatastoreException refused =
                assertThrows(type, () -> Stores.open(folder).close());
        for (String word : said) {
            assertTrue(refused.getMessage().contains(word), refused.getMessage());
        }
        assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
        assertEquals(before, Files.isDirectory(folder) ? content() : Set.of(), "nothing was changed");
    }

    private Set<String> content() throws IOException {
        Set<String> all = new TreeSet<>();
        for (Path file : Stores.files(folder, "")) {
            all.add(file.getFileName() + " "
                    + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).hashCode());
        }
        return all;
    }

    @Test
    void aSecondOpeningInThisProcessIsRefusedAndTheFirstGoesOn() {
        try (Datastore store = Stores.open(folder)) {
            DatastoreException refused = assertThrows(DatastoreUnavailableException.class, () -> Stores.open(folder));
            assertTrue(
                    refused.getMessage().contains("in use by a store that this process opened"), refused.getMessage());
            store.put(Key.of("/a"), new byte[1]);
        }
        Stores.open(folder).close();
    }

    @Test
    void aSecondProcessIsRefusedAlsoAfterThisOneTriedTwice() throws Exception {
        try (Datastore store = Stores.open(folder)) {
            assertThrows(DatastoreUnavailableException.class, () -> Stores.open(folder));
            store.put(Key.of("/a"), new byte[1]);
            assertTrue(openElsewhere().contains("is in use by another process"), "the other process is refused");
        }
        assertEquals("opened", openElsewhere());
    }

    /** For example motrds in a second class loader, or the library alone. */
    @Test
    void aLockOfOtherCodeInThisProcessIsRespectedAndOutlivesTheRefusal() throws Exception {
        make();
        try (FileChannel other = FileChannel.open(folder.resolve("LOCK"), StandardOpenOption.WRITE)) {
            assertTrue(other.lock().isValid());
            for (int i = 0; i < 2; i++) {
                DatastoreException refused =
                        assertThrows(DatastoreUnavailableException.class, () -> Stores.open(folder));
                assertTrue(refused.getMessage().contains("in use by other code in this process"), refused.getMessage());
            }
            assertTrue(openElsewhere().contains("is in use by another process"), "the lock still holds");
        }
        Stores.open(folder).close();
        assertEquals("opened", openElsewhere());
    }

    /** What another Java process says when it opens the store: the message, or {@code opened}. */
    private String openElsewhere(String... launcher) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Opener.class.getName()));
        command.add(folder.toString());
        Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
        other.getOutputStream().close();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        other.waitFor();
        return said;
    }

    /** The other process. */
    static final class Opener {
        public static void main(String[] arguments) {
            try {
                Stores.open(Path.of(arguments[0])).close();
                System.out.println("opened");
            } catch (DatastoreException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aStoreThatGoleveldbHasLockedIsRefused() throws Exception {
        make();
        Process flock;
        try {
            flock = new ProcessBuilder(
                            "flock", "--no-fork", folder.resolve("LOCK").toString(), "cat")
                    .start();
        } catch (IOException e) {
            Assumptions.abort("not run: lock of goleveldb: the command flock is missing");
            return;
        }
        try {
            flock.getOutputStream().write('x'); // cat answers when the lock is held
            flock.getOutputStream().flush();
            flock.getInputStream().read();
            assertRefused(DatastoreUnavailableException.class, "is in use by another process");
        } finally {
            flock.destroy();
            flock.waitFor();
        }
        Stores.open(folder).close();
    }

    @Test
    void aFolderThatIsCreatedTwiceAtOnceIsGoodForBoth() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 300; i++) {
                Path path = temporary.resolve("parent-" + i).resolve("store");
                CyclicBarrier start = new CyclicBarrier(2);
                Callable<Void> create = () -> {
                    start.await();
                    LevelDbDatastore.createFolder(path, true);
                    return null;
                };
                for (Future<Void> one : both.invokeAll(List.of(create, create))) {
                    one.get();
                }
                assertTrue(Files.isDirectory(path));
            }
        } finally {
            both.shutdown();
        }
    }

    @Test
    void aPathThatIsAFileIsRefused() throws IOException {
        Files.writeString(folder, "no folder");
        assertRefused(MisconfiguredException.class, "is a file");
    }

    @Test
    void aPathThatCannotBeCreatedIsRefused() {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/proc/self")), "not run: folder that cannot be made: no /proc");
        folder = Path.of("/proc/self/motrds/store");
        DatastoreException refused = assertThrows(MisconfiguredException.class, () -> Stores.open(folder));
        assertTrue(refused.getMessage().contains("cannot be created"), refused.getMessage());
    }

    @Test
    void aFolderThatThisUserCannotWriteToIsRefused() throws Exception {
        make();
        Assumptions.assumeTrue(
                folder.toFile().setWritable(false), "not run: folder without write permission: no permissions");
        try {
            if (!Files.isWritable(folder)) {
                assertRefused(MisconfiguredException.class, "cannot write");
                return;
            }
            Set<String> before = content(); // root may write everywhere, but for a process without that privilege
            String said = openElsewhere("setpriv", "--bounding-set=-dac_override", "--");
            assertTrue(said.contains("cannot write"), said);
            assertEquals(before, content(), "nothing was changed");
        } catch (IOException e) {
            Assumptions.abort("not run: folder without write permission: root, and the command setpriv is missing");
        } finally {
            folder.toFile().setWritable(true);
        }
    }

    @Test
    void nothingIsCreatedWhereCreateIfMissingIsFalse() {
        DatastoreException refused =
                assertThrows(MisconfiguredException.class, () -> Stores.open(folder, "createIfMissing", "false"));
        assertTrue(refused.getMessage().contains("holds no database"), refused.getMessage());
        assertFalse(Files.exists(folder));
    }

    @Test
    void aWriteBufferOutOfBoundsIsRefused() {
        DatastoreException refused =
                assertThrows(MisconfiguredException.class, () -> Stores.open(folder, "writeBuffer", "1KiB"));
        assertTrue(refused.getMessage().contains("64KiB to 1GiB"), refused.getMessage());
    }

    @Test
    void aMissingCurrentDoesNotStartAfresh() throws IOException {
        make();
        Files.delete(folder.resolve("CURRENT"));
        assertRefused(CorruptDataException.class, "CURRENT", "missing", "here MANIFEST-");
    }

    @Test
    void aBadCurrentIsRefused() throws IOException {
        make();
        for (String bad : List.of("", "MANIFEST-000001", "nonsense\n", "../MANIFEST-000001\n", "MANIFEST-999999\n")) {
            Files.writeString(folder.resolve("CURRENT"), bad);
            assertRefused(CorruptDataException.class, "CURRENT", "Put the folder back from a copy");
        }
    }

    @Test
    void aMissingTableIsRefused() throws IOException {
        make();
        Path table = Stores.files(folder, ".ldb").get(1);
        Files.delete(table);
        assertRefused(CorruptDataException.class, table.getFileName() + " is damaged: it is missing");
    }

    @Test
    void aTableThatWasCutShortIsRefused() throws IOException {
        make();
        Path table = Stores.files(folder, ".ldb").get(0);
        Stores.truncate(table, Files.size(table) - 1);
        assertRefused(CorruptDataException.class, table.getFileName().toString(), "bytes instead of");
    }

    @Test
    void aDamagedManifestIsRefused() throws IOException {
        make();
        Stores.flip(Stores.manifest(folder), 30);
        assertRefused(CorruptDataException.class, "MANIFEST-", "damaged");
    }

    @Test
    void aManifestWithATornEndOpens() throws IOException {
        make();
        Path manifest = Stores.manifest(folder);
        byte[] bytes = Files.readAllBytes(manifest);
        byte[] torn = java.util.Arrays.copyOf(bytes, bytes.length + 9);
        torn[bytes.length + 4] = 100; // a chunk of 100 bytes of which two were written
        torn[bytes.length + 6] = 1;
        Files.write(manifest, torn);
        try (Datastore store = Stores.open(folder)) {
            assertEquals(60, store.query(Query.all().keysOnly()).toList().size());
        }
    }

    @Test
    void aCreationThatWasCutShortIsRepeated() throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("MANIFEST-000001"), new byte[3]);
        Files.write(folder.resolve("000001.dbtmp"), new byte[0]);
        try (Datastore store = Stores.open(folder)) {
            store.put(Key.of("/a"), new byte[1]);
        }
        try (Datastore store = Stores.open(folder)) {
            assertTrue(store.has(Key.of("/a")));
        }
    }

    @Test
    void anOpeningThatFailsLateClosesTheDatabase() {
        make();
        AtomicReference<DB> opened = new AtomicReference<>();
        assertThrows(
                DatastoreException.class,
                () -> LevelDbDatastore.open(folder, new Options(), false, db -> {
                    opened.set(db);
                    throw new IllegalStateException("another version");
                }));
        assertThrows(RejectedExecutionException.class, () -> opened.get().suspendCompactions()); // its thread ended
        Stores.open(folder).close();
    }

    @Test
    void openingAndClosingLeavesNoFileOpen() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(handles), "not run: open files: no /proc");
        for (int i = 0; i < 4; i++) {
            try (Datastore store = Stores.open(folder, "writeBuffer", "64KiB")) {
                Stores.fill(store, 40, 10_000);
                store.query(Query.all()).next();
                store.get(Stores.key(3));
                assertTrue(openFiles(handles).stream().anyMatch(file -> file.startsWith(folder.toString())));
            }
            assertEquals(Set.of(), openFiles(handles));
        }
    }

    private Set<String> openFiles(Path handles) throws IOException {
        try (var list = Files.list(handles)) {
            return list.map(OpeningTest::target)
                    .filter(file -> file.startsWith(folder.toString()))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
