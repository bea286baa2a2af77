import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.nio.file.Path;
import java.util.Random;

/**
 * Commits batches of blocks of 256 KiB to two stores by turns and prints the milliseconds of each pair: what
 * {@code compare} runs, with the same store in process and behind a sidecar.
 *
 * <pre>{@code java -cp 'LIBRARIES/*' Commits.java CONFIGURATION CONFIGURATION PAIRS BLOCKS}</pre>
 */
final class Commits {
    private static final int WARM_UP = 80; // pairs, until both JVMs have compiled what they run
    private static final byte[] BLOCK = new byte[256 << 10];

    private Commits() {}

    public static void main(String[] arguments) {
        new Random(1).nextBytes(BLOCK);
        int pairs = Integer.parseInt(arguments[2]);
        int blocks = Integer.parseInt(arguments[3]);
        try (Datastore one = Datastores.open(Path.of(arguments[0]));
                Datastore other = Datastores.open(Path.of(arguments[1]))) {
            for (int pair = -WARM_UP; pair < pairs; pair++) {
                double first;
                double second;
                if (pair % 2 == 0) {
                    first = millis(one, pair, blocks);
                    second = millis(other, pair, blocks);
                } else {
                    second = millis(other, pair, blocks);
                    first = millis(one, pair, blocks);
                }
                if (pair >= 0) {
                    System.out.printf("%.2f %.2f%n", first, second);
                }
            }
        }
    }

    private static double millis(Datastore store, int pair, int blocks) {
        int set = Math.max(pair, -1); // what warms up overwrites one set of blocks, or some stores would be full
        long begin = System.nanoTime();
        try (Batch batch = store.batch()) {
            for (int i = 0; i < blocks; i++) {
                batch.put(Key.of("/blocks/" + set + "-" + i), BLOCK);
            }
            batch.commit();
        }
        return (System.nanoTime() - begin) / 1e6;
    }
}
