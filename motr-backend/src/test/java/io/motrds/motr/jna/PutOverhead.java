package io.motrds.motr.jna;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.motr.Fid;
import io.motrds.motr.MotrIndex;
import io.motrds.motr.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Measures what Java and JNA add to a put: one thread, 200-byte values, a stand-in that completes at once, beside a C
 * program that makes the same calls. Not one of the tests; run it with {@code -Dtest=PutOverhead}.
 */
class PutOverhead {
    private static final int PUTS = Integer.getInteger("motr.puts", 50_000);
    private static final int ROUNDS = 5;
    private static final Fid OF_RECORDS = new Fid(((long) Fid.INDEX << 56) | 2, 1);

    private final StandIn standIn = StandIn.get();
    private final Map<String, String> parameters =
            standIn.parameters(new Fid(((long) Fid.INDEX << 56) | 1, 1), Map.of());

    @Test
    void ofOneThread() throws Exception {
        standIn.keepInMemory();
        System.out.println("ns a put, medians of " + (ROUNDS - 1) + " rounds of " + PUTS);
        for (int pair = 0; pair < 4; pair++) { // the first warms up
            double[] c = inC();
            double[] index = onTheIndex();
            double[] store = inTheStore();
            System.out.printf(
                    "C %s, MotrIndex %s (+%.0f), datastore %s (+%.0f)%n",
                    text(c), text(index), median(index) - median(c), text(store), median(store) - median(c));
        }
    }

    private double[] inC() throws IOException, InterruptedException {
        ProcessBuilder command =
                new ProcessBuilder(standIn.library().resolveSibling("overhead").toString(), Integer.toString(PUTS));
        command.environment()
                .putAll(Map.of(
                        "MOTR_STANDIN_DELAY", "instant",
                        "IPATH_NO_BACKTRACE", "1",
                        "HA_ADDR", parameters.get("haxAddr"),
                        "LOCAL_ADDR", parameters.get("localAddr"),
                        "PROCESS_FID", parameters.get("processFid"),
                        "PROFILE_FID", parameters.get("profileFid")));
        Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the C program failed");
        }
        return output.lines().skip(1).mapToDouble(Double::parseDouble).toArray();
    }

    private double[] onTheIndex() {
        NativeMotr.Connection connection = new NativeMotr.Connection(
                Optional.of(standIn.library()),
                parameters.get("haxAddr"),
                parameters.get("localAddr"),
                Fid.parse(parameters.get("processFid")),
                Fid.parse(parameters.get("profileFid")),
                false);
        byte[] value = new byte[200];
        long timeout = Duration.ofSeconds(30).toNanos();
        Runnable nothing = () -> {};
        try (MotrIndex index = NativeMotr.open(connection, OF_RECORDS, Duration.ofSeconds(30))) {
            standIn.delay(-1);
            index.create(timeout);
            return measure((round, i) -> {
                byte[] key = ByteBuffer.allocate(25)
                        .put("3/overhead/of/a/".getBytes(StandardCharsets.US_ASCII))
                        .putLong(round * (long) PUTS + i)
                        .array();
                List<Request.IndexRecord> record = List.of(new Request.IndexRecord(key, value, 0, value.length));
                if (index.launch(new Request.Put(record, false, true))
                                .await(timeout, nothing)
                                .rcs()[0]
                        != 0) {
                    throw new IllegalStateException("a put failed");
                }
            });
        }
    }

    /** A put of a new key is one PUT of a directory record that holds the value. */
    private double[] inTheStore() {
        Key[] keys = new Key[ROUNDS * PUTS];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = Key.of("/overhead/of/a/" + (10_000_000 + i));
        }
        try (Datastore store = Datastores.open(parameters)) {
            standIn.delay(-1);
            byte[] value = new byte[200];
            long before = standIn.count("launches");
            double[] nanos = measure((round, i) -> store.put(keys[round * PUTS + i], value));
            long operations = standIn.count("launches") - before;
            if (operations != (long) PUTS * ROUNDS) {
                throw new IllegalStateException(operations + " operations for " + PUTS * ROUNDS + " puts");
            }
            return nanos;
        }
    }

    private interface Put {
        void number(int round, int i);
    }

    private static double[] measure(Put put) {
        double[] nanos = new double[ROUNDS - 1];
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < PUTS; i++) {
                put.number(round, i);
            }
            if (round > 0) {
                nanos[round - 1] = (System.nanoTime() - begin) / (double) PUTS;
            }
        }
        return nanos;
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String text(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return String.format("%.0f (%.0f-%.0f)", median(figures), sorted[0], sorted[sorted.length - 1]);
    }
}
