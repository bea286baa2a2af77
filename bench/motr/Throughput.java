import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.ImportOptions;
import io.motrds.ipfs.unixfs.UnixFsImporter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The Java side of {@code yardstick.c}: the same values, written and read through the store as any program would.
 *
 * <pre>{@code
 * java -cp 'LIBRARIES/*' Throughput.java CONFIGURATION put|get VALUES BYTES RUN
 * java -cp 'LIBRARIES/*' Throughput.java CONFIGURATION add TIMES BYTES RUN
 * }</pre>
 *
 * <p>BATCH_BYTES in the environment says how much is written or read in one call, 33554432 unless told otherwise.
 */
final class Throughput {
    private static final int WARM_UP_BYTES = 64 << 20;

    private Throughput() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            System.err.println("usage: Throughput CONFIGURATION put|get VALUES BYTES RUN | add TIMES BYTES RUN");
            System.exit(2);
        }
        String what = arguments[1];
        int count = Integer.parseInt(arguments[2]);
        int bytes = Integer.parseInt(arguments[3]);
        String run = arguments[4];
        try (Datastore store = Datastores.open(Path.of(arguments[0]))) {
            byte[] value = new byte[bytes];
            new Random(run.hashCode()).nextBytes(value);
            // a store serves for long: its code is compiled by then. The C program does the same
            int warmUp = Math.min(count, Math.max(1, WARM_UP_BYTES / bytes));
            switch (what) {
                case "put" -> put(store, warmUp, value, run + "-warm-up");
                case "get" -> get(store, warmUp, bytes, run);
                default -> add(store, 1, value);
            }
            long begin = System.nanoTime();
            switch (what) {
                case "put" -> put(store, count, value, run);
                case "get" -> get(store, count, bytes, run);
                case "add" -> add(store, count, value);
                default -> throw new IllegalArgumentException(what);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf("java %s %s %.2f MB/s %.3f s%n", what, run, count * (bytes / 1e6) / seconds, seconds);
        }
    }

    private static int perBatch(int bytes) {
        String given = System.getenv("BATCH_BYTES");
        return Math.max(1, (given == null ? 33_554_432 : Integer.parseInt(given)) / bytes);
    }

    private static Key key(String run, int number) {
        return Key.of(String.format("/bench/%s/%08d", run, number));
    }

    private static void put(Datastore store, int count, byte[] value, String run) {
        inBatches(count, perBatch(value.length), (from, to) -> {
            try (Batch batch = store.batch()) {
                for (int i = from; i < to; i++) {
                    batch.put(key(run, i), value);
                }
                batch.commit();
            }
        });
    }

    private static void get(Datastore store, int count, int bytes, String run) {
        inBatches(count, perBatch(bytes), (from, to) -> {
            List<Key> keys = new ArrayList<>();
            for (int i = from; i < to; i++) {
                keys.add(key(run, i));
            }
            Map<Key, byte[]> values = store.getAll(keys);
            if (values.size() != keys.size() || values.values().stream().anyMatch(value -> value.length != bytes)) {
                throw new IllegalStateException("not all values of " + run + " are there");
            }
        });
    }

    private interface Work {
        void on(int from, int to);
    }

    /** One thread, one batch after the other, as the C program does. */
    private static void inBatches(int count, int perBatch, Work work) {
        for (int from = 0; from < count; from += perBatch) {
            work.on(from, Math.min(count, from + perBatch));
        }
    }

    private static void add(Datastore store, int times, byte[] file) throws IOException {
        UnixFsImporter importer = new UnixFsImporter(new Blockstore(store), ImportOptions.defaults());
        for (int i = 0; i < times; i++) {
            for (int at = 0; at < file.length; at += 4096) { // another file each time
                file[at]++;
            }
            importer.add(new ByteArrayInputStream(file));
        }
    }
}
