package io.motrds.server.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar of a store's own: its death costs errors and a pause, nothing else. */
@Timeout(120)
class ChildSidecarTest {

    @TempDir
    Path folder;

    private Datastore store;

    private Datastore open(String... more) {
        Map<String, String> parameters = new HashMap<>(Map.of(
                "type",
                "remote",
                "store.type",
                "breaking",
                "store.path",
                folder.toString(),
                "javaOptions",
                "-Xmx128m"));
        for (int i = 0; i < more.length; i += 2) {
            parameters.put(more[i], more[i + 1]);
        }
        store = Datastores.open(parameters);
        return store;
    }

    @AfterEach
    void closeStore() {
        if (store != null) {
            store.close();
        }
    }

    /** The processes that this one started and that are there now. */
    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }

    private static byte[] untilItIsBack(Datastore store, Key key) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                return store.get(key).orElseThrow();
            } catch (DatastoreException e) {
                assertTrue(e.isRetryable() && attempt < 100, () -> "the death of a sidecar is a passing failure: " + e);
                Thread.sleep(20);
            }
        }
    }

    @Test
    void theStoreIsServedByAProcessThatEndsWithIt() {
        List<ProcessHandle> before = children();
        Datastore store = open();
        store.put(Key.of("/a"), new byte[] {1});
        List<ProcessHandle> more = children();
        assertEquals(before.size() + 1, more.size());
        store.close();
        assertEquals(before.size(), children().size());
        assertArrayEquals(new byte[] {1}, open().get(Key.of("/a")).orElseThrow());
    }

    @Test
    void aSidecarThatDiesIsReplacedAndNothingIsLost() throws InterruptedException {
        Datastore store = open();
        store.put(Key.of("/kept"), new byte[] {1});
        store.sync(Key.ROOT);
        for (int round = 0; round < 2; round++) {
            assertThrows(DatastoreUnavailableException.class, () -> store.get(Key.of("/abort")));
            assertArrayEquals(new byte[] {1}, untilItIsBack(store, Key.of("/kept")));
        }
    }

    @Test
    void aBatchWhoseSidecarDiesTellsThatNobodyKnows() throws InterruptedException {
        Datastore store = open();
        store.put(Key.of("/kept"), new byte[] {1});
        store.sync(Key.ROOT);
        try (Batch batch = store.batch()) {
            for (int i = 0; i < 20; i++) {
                batch.put(Key.of("/batch/" + i), new byte[200_000]);
            }
            batch.put(Key.of("/abort"), new byte[1]);
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertTrue(failure.isRetryable(), "the commit may be tried again");
            assertEquals(21, failure.unknownKeys().size() + failure.failedKeys().size());
        }
        assertArrayEquals(new byte[] {1}, untilItIsBack(store, Key.of("/kept")));
        long there = new TreeSet<>(store.getAll(List.of(Key.of("/batch/0"), Key.of("/batch/19")))
                        .keySet())
                .size();
        assertTrue(there == 0 || there == 2, "a batch is applied whole or not at all");
    }

    @Test
    void aSidecarWhoseStoreHangsFailsTheCallsWithinTheirTimeout() {
        Datastore store = open("timeout", "2s");
        long begin = System.nanoTime();
        DatastoreException failure = assertThrows(DatastoreException.class, () -> store.get(Key.of("/hang")));
        assertTrue(failure.isRetryable(), failure::toString);
        assertTrue(Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 20);
        store.put(Key.of("/other"), new byte[1]);
        assertTrue(store.has(Key.of("/other")), "other calls are served meanwhile");
    }

    @Test
    void aSidecarWhoseStoreStaysAwayIsReplaced() throws InterruptedException {
        Datastore store = open("restartAfter", "300ms");
        long first = children().get(0).pid();
        boolean replaced = false;
        for (int i = 0; i < 600 && !replaced; i++) {
            assertThrows(DatastoreUnavailableException.class, () -> store.get(Key.of("/away")));
            Thread.sleep(50);
            replaced = children().stream().noneMatch(child -> child.pid() == first);
        }
        assertTrue(replaced, "a store that stays away gets a new process");
        store.put(Key.of("/kept"), new byte[] {1});
        assertArrayEquals(new byte[] {1}, untilItIsBack(store, Key.of("/kept")));
    }

    @Test
    void aSidecarInWhichEveryCallHangsIsReplaced() throws InterruptedException {
        Datastore store = open("timeout", "2s", "restartAfter", "1s");
        store.put(Key.of("/kept"), new byte[] {1});
        long first = children().get(0).pid();
        boolean replaced = false;
        for (int i = 0; i < 30 && !replaced; i++) {
            assertThrows(DatastoreException.class, () -> store.get(Key.of("/hang")));
            replaced = children().stream().noneMatch(child -> child.pid() == first);
        }
        assertTrue(replaced, "a store in which every call hangs gets a new process");
        assertArrayEquals(new byte[] {1}, untilItIsBack(store, Key.of("/kept")));
    }

    @Test
    void aStoreThatCannotBeOpenedIsRefusedWithItsOwnWords() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        List<ProcessHandle> before = children();
        MisconfiguredException refusal = assertThrows(
                MisconfiguredException.class, () -> open("store.type", "levelds", "store.path", file.toString()));
        assertTrue(refusal.getMessage().contains(file.toString()), refusal::getMessage);
        assertEquals(before.size(), children().size());
    }

    @Test
    void targetAndStoreExcludeEachOther() {
        MisconfiguredException both = assertThrows(MisconfiguredException.class, () -> open("target", "127.0.0.1:1"));
        assertTrue(both.getMessage().startsWith("target or store must be given"), both::getMessage);
        assertThrows(MisconfiguredException.class, () -> Datastores.open(Map.of("type", "remote")));
    }

    @Test
    void aTargetWhereNobodyListensIsUnavailableAtOnce() {
        long begin = System.nanoTime();
        assertThrows(
                DatastoreUnavailableException.class,
                () -> Datastores.open(Map.of("type", "remote", "target", "unix:" + folder.resolve("nobody"))));
        assertFalse(Duration.ofNanos(System.nanoTime() - begin).toSeconds() > 30);
    }
}
