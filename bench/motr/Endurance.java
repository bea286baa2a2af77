import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that write, read and delete for a time, and check all they read; and another process's check that every
 * acknowledged write is there.
 *
 * <pre>{@code
 * java -cp 'LIBRARIES/*' Endurance.java CONFIGURATION work SECONDS THREADS LEDGER [LONGEST]
 * java -cp 'LIBRARIES/*' Endurance.java CONFIGURATION operations COUNT THREADS LEDGER
 * java -cp 'LIBRARIES/*' Endurance.java CONFIGURATION synced KEYS LEDGER COMMAND...
 * java -cp 'LIBRARIES/*' Endurance.java CONFIGURATION verify LEDGER
 * }</pre>
 *
 * <p>Each thread has keys of its own, so it knows what each of them must hold: one state, or several after a failure. At
 * the end it writes them to the ledger. Exit status 1 when a value was wrong or lost. {@code synced} writes so many keys,
 * each of them twice, syncs, and at once runs the command, which is to end the servers. Exit status 1, too, when a call took
 * longer than LONGEST seconds, or when memory grew by a tenth after the first 10^4 of a number of operations.
 */
final class Endurance {
    private static final int KEYS = 400;
    private static final int[] SIZES = {100, 5_000, 30_000, 70_000, 300_000};

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final ConcurrentMap<String, AtomicLong> failures = new ConcurrentHashMap<>();

    private long firstKilobytes; // after 10^4 operations
    private final long begin = System.nanoTime();
    private final long seconds;
    private final long operations;

    private Endurance(long seconds, long operations) {
        this.seconds = seconds;
        this.operations = operations;
    }

    private boolean isOver() {
        return done.get() >= operations || since(begin) >= seconds;
    }

    public static void main(String[] arguments) throws Exception {
        boolean sound;
        long begin = System.nanoTime();
        Datastore store = Datastores.open(Path.of(arguments[0]));
        System.out.printf("opened in %.1f s%n", since(begin));
        try (store) {
            if (arguments[1].equals("synced")) {
                synced(store, Integer.parseInt(arguments[2]), Path.of(arguments[3]));
                int code = new ProcessBuilder(Arrays.asList(arguments).subList(4, arguments.length))
                        .inheritIO()
                        .start()
                        .waitFor();
                Runtime.getRuntime().halt(code); // the servers are gone
                return;
            } else if (arguments[1].equals("verify")) {
                sound = verify(store, Path.of(arguments[2]));
            } else {
                boolean timed = arguments[1].equals("work");
                int much = Integer.parseInt(arguments[2]);
                Endurance endurance = new Endurance(timed ? much : Integer.MAX_VALUE, timed ? Long.MAX_VALUE : much);
                sound = endurance.work(store, Integer.parseInt(arguments[3]), Path.of(arguments[4]));
                sound &= arguments.length < 6 || endurance.isWithin(Double.parseDouble(arguments[5]));
            }
            begin = System.nanoTime();
        }
        System.out.printf("closed in %.1f s%n", since(begin));
        System.exit(sound ? 0 : 1);
    }

    private static void synced(Datastore store, int keys, Path ledger) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(ledger)) {
            for (int version = 1; version <= 2; version++) {
                try (Batch batch = store.batch()) {
                    for (int i = 0; i < keys; i++) {
                        batch.put(Key.of("/synced/" + i), value("/synced/" + i, version));
                    }
                    batch.commit();
                }
            }
            for (int i = 0; i < keys; i++) {
                out.write("/synced/" + i + " 2\n");
            }
        }
        long begin = System.nanoTime();
        store.sync(Key.ROOT);
        System.out.printf("wrote %d keys twice; the sync took %.3f s%n", keys, since(begin));
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** What a key holds in a version: 0 is nothing. */
    private static byte[] value(String key, int version) {
        Random random = new Random(key.hashCode() * 31L + version);
        byte[] value = new byte[SIZES[random.nextInt(SIZES.length)]];
        byte[] piece = new byte[64];
        random.nextBytes(piece);
        for (int at = 0; at < value.length; at += piece.length) {
            piece[0] = (byte) (at >> 12);
            System.arraycopy(piece, 0, value, at, Math.min(piece.length, value.length - at));
        }
        return value;
    }

    private boolean work(Datastore store, int threads, Path ledger) throws Exception {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(store, i));
        }
        workers.forEach(Thread::start);
        report();
        Map<String, int[]> states = new TreeMap<>();
        for (Worker worker : workers) {
            worker.join();
            states.putAll(worker.states);
        }
        try (BufferedWriter out = Files.newBufferedWriter(ledger)) {
            for (Map.Entry<String, int[]> state : states.entrySet()) {
                out.write(state.getKey() + " " + Arrays.toString(state.getValue()).replaceAll("[\\[\\],]", "") + "\n");
            }
        }
        line();
        failures.forEach((failure, times) -> System.out.println("  " + times + " x " + failure));
        long now = residentKilobytes();
        boolean grew = operations != Long.MAX_VALUE && firstKilobytes > 0 && now > firstKilobytes * 1.1;
        if (grew) {
            System.out.println("memory grew from " + firstKilobytes + " kB to " + now + " kB");
        }
        return wrong.get() == 0 && !grew;
    }

    private boolean isWithin(double limit) {
        boolean within = longest.get() / 1e9 <= limit;
        if (!within) {
            System.out.println("a call took longer than " + limit + " s");
        }
        return within;
    }

    /** A line now and then: after 10^4 and 10^5 operations, and each minute. */
    private void report() throws Exception {
        long nextCount = 10_000;
        long nextTime = begin + 60_000_000_000L;
        while (!isOver()) {
            Thread.sleep(50);
            if (done.get() >= nextCount || System.nanoTime() >= nextTime) {
                nextTime = System.nanoTime() >= nextTime ? nextTime + 60_000_000_000L : nextTime;
                if (done.get() >= nextCount) {
                    nextCount *= 10;
                    firstKilobytes = firstKilobytes == 0 ? residentKilobytes() : firstKilobytes;
                }
                line();
            }
        }
    }

    private void line() throws IOException {
        System.out.printf(
                "%.0f s: %d operations, %d failed, %d wrong, longest call %.1f s, %d kB resident%n",
                since(begin), done.get(), failed.get(), wrong.get(), longest.get() / 1e9, residentKilobytes());
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** One thread with keys of its own. */
    private final class Worker extends Thread {
        private final Datastore store;
        private final int number;
        private final Map<String, int[]> states = new HashMap<>(); // what a key may hold
        private final Random random;
        private int version;

        Worker(Datastore store, int number) {
            this.store = store;
            this.number = number;
            this.random = new Random(number);
        }

        @Override
        public void run() {
            while (!isOver()) {
                int dice = random.nextInt(100);
                long called = System.nanoTime();
                Map<String, Integer> wanted = new HashMap<>();
                try {
                    if (dice < 45) {
                        wanted.put(anyKey(), ++version);
                        wanted.forEach((key, v) -> store.put(Key.of(key), value(key, v)));
                    } else if (dice < 60) {
                        wanted.put(anyKey(), 0);
                        wanted.keySet().forEach(key -> store.delete(Key.of(key)));
                    } else if (dice < 63) {
                        batch(wanted);
                    } else {
                        read(anyKey());
                    }
                    wanted.forEach((key, v) -> states.put(key, new int[] {v}));
                } catch (DatastoreException e) {
                    wanted.forEach(this::maybe);
                    failed.incrementAndGet();
                    String name = e.getClass().getSimpleName();
                    failures.computeIfAbsent(name, any -> new AtomicLong()).incrementAndGet();
                }
                longest.accumulateAndGet(System.nanoTime() - called, Math::max);
                done.incrementAndGet();
            }
        }

        /** One whose state is known: where a write got no answer, it may still land, over a later one. */
        private String anyKey() {
            String key;
            do {
                key = "/endurance/" + number + "/" + random.nextInt(KEYS);
            } while (states.getOrDefault(key, new int[1]).length > 1);
            return key;
        }

        private void batch(Map<String, Integer> wanted) {
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 16; i++) {
                    wanted.put(anyKey(), ++version);
                }
                wanted.forEach((key, v) -> batch.put(Key.of(key), value(key, v)));
                batch.commit();
            }
        }

        private void read(String key) {
            Optional<byte[]> found = store.get(Key.of(key));
            int[] possible = states.getOrDefault(key, new int[] {0});
            if (!isOneOf(key, found, possible)) {
                wrong.incrementAndGet();
                System.out.println("WRONG: " + key + " should hold version " + Arrays.toString(possible));
            }
        }

        /** After a failure: the key holds what it held before, or the new value, now or later. */
        private void maybe(String key, int wanted) {
            int[] before = states.getOrDefault(key, new int[] {0});
            int[] both = Arrays.copyOf(before, before.length + 1);
            both[before.length] = wanted;
            states.put(key, both);
        }
    }

    private static boolean isOneOf(String key, Optional<byte[]> found, int[] versions) {
        for (int version : versions) {
            if (version == 0 ? found.isEmpty() : found.isPresent() && Arrays.equals(found.get(), value(key, version))) {
                return true;
            }
        }
        return false;
    }

    private static boolean verify(Datastore store, Path ledger) throws IOException {
        long bad = 0;
        List<String> lines = Files.readAllLines(ledger);
        long uncertain = 0;
        for (String line : lines) {
            String[] words = line.split(" ");
            int[] versions = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
            uncertain += versions.length > 1 ? 1 : 0;
            if (!isOneOf(words[0], store.get(Key.of(words[0])), versions)) {
                bad++;
                System.out.println("WRONG: " + words[0] + " should hold version " + Arrays.toString(versions));
            }
        }
        System.out.printf("verified %d keys, %d of them with an unknown outcome: %d wrong%n", lines.size(), uncertain, bad);
        return bad == 0;
    }
}
