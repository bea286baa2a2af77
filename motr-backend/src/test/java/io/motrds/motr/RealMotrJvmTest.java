package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a real Motr client in it, the JVM goes on working: its signals, its stack guards, its standard input. */
class RealMotrJvmTest {
    private static final Key KEY = Key.of("/jvm");
    private static final int WORKERS = 4;

    private final Map<String, String> parameters = new HashMap<>();

    @BeforeEach
    void needsACluster() {
        parameters.putAll(RealMotr.parameters(RealMotr.index(3), 0));
    }

    @Test
    void theClientIsOpenedAndClosedAgainAndAgain() throws Exception {
        Path input = Path.of("/proc/self/fd/0");
        Path before = Files.readSymbolicLink(input);
        for (int round = 0; round < 8; round++) {
            byte[] value = {(byte) round};
            try (Datastore store = Datastores.open(parameters)) {
                store.put(KEY, value);
                assertArrayEquals(value, store.get(KEY).orElseThrow());
            }
            assertEquals(before, Files.readSymbolicLink(input), "descriptor 0 is what it was");
            assertThrows(NullPointerException.class, () -> lengthOf(null));
        }
    }

    @Test
    void nullChecksAndStackGuardsStayTheJvmsOwn() throws Exception {
        CountDownLatch loaded = new CountDownLatch(1);
        AtomicReference<Throwable> caught = new AtomicReference<>();
        Thread older = new Thread(() -> {
            try {
                loaded.await();
                endless(0);
            } catch (StackOverflowError | InterruptedException e) {
                caught.set(e);
            }
        });
        older.start();
        try (Datastore store = Datastores.open(parameters)) {
            loaded.countDown();
            older.join();
            assertTrue(caught.get() instanceof StackOverflowError, "a stack overflow is an error, not the JVM's end");
            for (int i = 0; i < 200_000; i++) { // often enough to be compiled to an implicit check
                assertThrowsNull();
            }
            System.gc();
            Thread.getAllStackTraces();
            store.put(KEY, new byte[100_000]);
            assertEquals(100_000, store.size(KEY).orElseThrow());
        }
    }

    @Test
    void theJvmKeepsItsHealthUnderWork() throws Exception {
        try (Datastore store = Datastores.open(parameters)) {
            AtomicInteger working = new AtomicInteger(WORKERS);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                int worker = i;
                all.add(onThread(() -> {
                    try {
                        work(store, worker);
                    } finally {
                        working.decrementAndGet();
                    }
                }));
            }
            for (Runnable stress : List.<Runnable>of(
                    System::gc,
                    () -> ManagementFactory.getThreadMXBean().dumpAllThreads(true, true),
                    RealMotrJvmTest::assertThrowsNull,
                    () -> assertThrows(StackOverflowError.class, () -> endless(0)))) {
                all.add(onThread(() -> {
                    while (working.get() > 0) {
                        stress.run();
                    }
                }));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    private static CompletableFuture<Void> onThread(Runnable task) {
        return CompletableFuture.runAsync(task, each -> new Thread(each).start());
    }

    private static void work(Datastore store, int worker) {
        for (int i = 0; i < 60; i++) {
            Key key = Key.of("/jvm/" + worker + "/" + i % 7);
            byte[] value = new byte[new int[] {0, 400, 20_000, 200_000}[i % 4]];
            Arrays.fill(value, (byte) i);
            store.put(key, value);
            assertArrayEquals(value, store.get(key).orElseThrow());
        }
    }

    @Test
    void aSecondClientOfOneProcessIsRefused() {
        Map<String, String> other = new HashMap<>(parameters);
        other.put("processFid", "0x7200000000000001:0x1");
        try (Datastore store = Datastores.open(parameters)) {
            assertThrows(MisconfiguredException.class, () -> Datastores.open(other));
            store.put(KEY, new byte[1]);
        }
    }

    private static void assertThrowsNull() {
        try {
            int length = lengthOf(null);
            throw new AssertionError("null has no length, not " + length);
        } catch (NullPointerException e) {
            // what should happen
        }
    }

    private static int lengthOf(String text) {
        return text.length();
    }

    @SuppressWarnings("InfiniteRecursion") // to overflow the stack is what it is for
    private static long endless(long depth) {
        return endless(depth + 1) + 1;
    }
}
