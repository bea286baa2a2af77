package io.motrds.motr.jna;

import com.sun.jna.NativeLibrary;
import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.query.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What a {@link ChildJvm} does. It ends with 0 when all was as it should be. */
final class Scenarios {
    private static final Key KEY = Key.of("/jvm");

    private final Map<String, String> parameters = new HashMap<>();

    private Scenarios() {}

    public static void main(String[] arguments) throws Exception {
        Scenarios scenarios = new Scenarios();
        for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
            scenarios.parameters.put(
                    argument.substring(0, argument.indexOf('=')), argument.substring(argument.indexOf('=') + 1));
        }
        switch (arguments[0]) {
            case "overflow" -> scenarios.overflow();
            case "overflow-with-plain-jna" -> scenarios.overflowWithPlainJna();
            case "nulls" -> scenarios.nulls();
            case "reopen" -> scenarios.reopen();
            case "garbage" -> scenarios.garbage();
            case "wait" -> scenarios.waitForASignal();
            case "batch" -> scenarios.batch();
            case "refused" -> scenarios.refused();
            case "share" -> share(scenarios.parameters, "child");
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        say("done");
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private Datastore open() {
        return Datastores.open(parameters);
    }

    /** Threads older than the load, and a younger one, overflow their stacks. */
    private void overflow() throws InterruptedException {
        Overflowing[] older = {new Overflowing(), new Overflowing()};
        try (Datastore store = open()) {
            for (Overflowing thread : older) {
                thread.overflow();
            }
            new Overflowing().overflow();
            store.put(KEY, new byte[100_000]);
            need(store.size(KEY).orElseThrow() == 100_000, "the store works after stack overflows");
        }
    }

    /** What happens when such a library is loaded without care. */
    private void overflowWithPlainJna() throws InterruptedException {
        Overflowing older = new Overflowing();
        NativeLibrary.getInstance(parameters.get("library"));
        older.overflow();
    }

    /** A thread that exists, and overflows its stack when it is told to. */
    private static final class Overflowing {
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile boolean overflown;
        private final Thread thread = new Thread(this::run);

        Overflowing() {
            thread.start();
        }

        private void run() {
            try {
                go.await();
                endless(0);
            } catch (StackOverflowError | InterruptedException e) {
                overflown = e instanceof StackOverflowError;
            }
        }

        void overflow() throws InterruptedException {
            go.countDown();
            thread.join();
            need(overflown, "a stack overflow is an error");
        }

        @SuppressWarnings("InfiniteRecursion") // to overflow the stack is what it is for
        private static long endless(long depth) {
            return endless(depth + 1) + 1;
        }
    }

    /** Null checks that are compiled to memory accesses, while the client is there and after it ended. */
    private void nulls() {
        need(countNulls(200_000) == 200_000, "null checks before the client");
        try (Datastore store = open()) {
            need(countNulls(200_000) == 200_000, "null checks beside the client");
            store.put(KEY, new byte[1]);
            Thread.getAllStackTraces();
            need(countNulls(200_000) == 200_000, "null checks after an operation");
        }
        need(countNulls(200_000) == 200_000, "null checks after the client");
    }

    private static int countNulls(int rounds) {
        int count = 0;
        String[] texts = {"a", null};
        for (int i = 0; i < rounds; i++) {
            try {
                count += texts[i % 50 == 0 ? 0 : 1].length();
            } catch (NullPointerException e) {
                count++;
            }
        }
        return count;
    }

    /** Opens and closes again and again; what the client leaves is nothing. */
    private void reopen() throws IOException {
        Path input = Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
        long descriptors = 0;
        for (int round = 0; round < 30; round++) {
            try (Datastore store = open()) {
                store.put(KEY, new byte[] {(byte) round});
                need(store.get(KEY).orElseThrow()[0] == round, "a store that was opened again works");
            }
            need(Files.readSymbolicLink(Path.of("/proc/self/fd/0")).equals(input), "standard input is what it was");
            need(NativeMemory.outstanding() == 0, "all native memory is given back");
            String[] open = Path.of("/proc/self/fd").toFile().list();
            if (round == 1) {
                descriptors = open.length;
            }
            need(round < 2 || open.length == descriptors, "no file is left open");
        }
        String[] files = Path.of("").toAbsolutePath().toFile().list();
        need(Arrays.equals(files, new String[] {"output"}), "no file is left in the working folder");
    }

    /** Operations of several threads while the heap is collected without a pause. */
    private void garbage() throws InterruptedException {
        try (Datastore store = open()) {
            Thread collector = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    System.gc();
                }
            });
            collector.start();
            Thread[] workers = new Thread[4];
            boolean[] good = new boolean[workers.length];
            for (int w = 0; w < workers.length; w++) {
                int me = w;
                workers[w] = new Thread(() -> good[me] = worksWith(store, "/worker/" + me));
                workers[w].start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
            collector.interrupt();
            collector.join();
            need(Arrays.equals(good, new boolean[] {true, true, true, true}), "every value read is the one written");
        }
    }

    private static boolean worksWith(Datastore store, String prefix) {
        for (int i = 0; i < 60; i++) {
            byte[] value = new byte[i % 3 == 0 ? 100_000 : 50 + i];
            Arrays.fill(value, (byte) i);
            Key key = Key.of(prefix + "/" + i % 7);
            store.put(key, value);
            if (!Arrays.equals(value, store.get(key).orElseThrow())) {
                return false;
            }
        }
        return true;
    }

    /** Holds the store open until a signal comes; the JVM handles it in its own way. */
    private void waitForASignal() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> say("hook ran")));
        Datastore store = open();
        store.put(KEY, new byte[1]);
        say("ready");
        Thread.sleep(120_000);
    }

    /** Puts one key, then a batch of others; a fault ends the process in the middle. */
    private void batch() {
        try (Datastore store = open()) {
            store.put(Key.of("/before"), new byte[100]);
            say("put");
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 200; i++) {
                    byte[] value = new byte[i % 20 == 0 ? 50_000 : 100];
                    Arrays.fill(value, (byte) i);
                    batch.put(Key.of("/batch/" + i), value);
                }
                batch.commit();
            }
            say("committed");
        }
    }

    /** Opening fails with an exception in time, and the JVM goes on. */
    private void refused() {
        long begin = System.nanoTime();
        try (Datastore store = open()) {
            throw new AssertionError("it opened " + store.name());
        } catch (DatastoreException e) {
            say(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        need(System.nanoTime() - begin < 30_000_000_000L, "in time");
    }

    /** Writes, reads, queries and deletes its own keys beside another process that does the same with others. */
    static void share(Map<String, String> parameters, String name) {
        try (Datastore store = Datastores.open(parameters)) {
            Key mine = Key.of("/" + name);
            for (int round = 0; round < 40; round++) {
                byte[] value = new byte[round % 4 == 0 ? 60_000 : 300 + round];
                Arrays.fill(value, (byte) round);
                Key key = mine.child("k" + round % 8);
                store.put(key, value);
                need(Arrays.equals(value, store.get(key).orElseThrow()), "a process reads what it wrote");
                store.put(Key.of("/both/k" + round % 3), value);
                byte[] both = store.get(Key.of("/both/k" + round % 3)).orElseThrow();
                need(isOneOf(both), "a value that both write is whole");
                if (round % 10 == 9) {
                    store.delete(key);
                    need(!store.has(key), "what was deleted is gone");
                    long count = store.query(Query.under(mine)).toList().size();
                    need(count == 7, "a query shows the process's keys, and not " + count);
                    store.put(key, value);
                }
            }
        }
    }

    private static boolean isOneOf(byte[] value) {
        byte round = value[0];
        byte[] whole = new byte[round % 4 == 0 ? 60_000 : 300 + round];
        Arrays.fill(whole, round);
        return Arrays.equals(whole, value);
    }

    static void need(boolean condition, String rule) {
        if (!condition) {
            throw new AssertionError(rule);
        }
    }
}
