package io.motrds.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The C yardstick of {@code motrds} ({@code bench/motr/yardstick.c}): the same records in the same Motr operations. Each
 * run is a process of its own, which times itself from when it is connected.
 */
final class MotrYardstick implements Trial {

    /** Its type among contestants, although it is no datastore. */
    static final String TYPE = "motr-c";

    private static final Pattern SECONDS = Pattern.compile("([0-9.]+) s\\s*$");
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final long START = System.currentTimeMillis();
    private static final long MOST_MINUTES = 5;

    private final Contestant contestant;
    private final String operation;
    private final int values;
    private final int bytes;
    private final String stored;

    private MotrYardstick(Contestant contestant, String operation, int values, int bytes, String stored) {
        this.contestant = contestant;
        this.operation = operation;
        this.values = values;
        this.bytes = bytes;
        this.stored = stored;
    }

    /** Whether it can do a workload: it hashes on one thread, and knows batches besides. */
    static boolean takes(Workload workload) {
        return (workload instanceof FileAdd add && add.threads() == 1)
                || workload instanceof BatchWrite
                || workload instanceof BatchRead;
    }

    static MotrYardstick of(Workload workload, Contestant contestant) throws Exception {
        if (!contestant.parameters().containsKey("program")) {
            throw new IllegalStateException("it is not built: --motr builds it, with gcc and OpenSSL's headers");
        }
        if (workload instanceof FileAdd add) {
            return new MotrYardstick(contestant, "add", 1, add.bytes(), "");
        }
        if (workload instanceof BatchWrite write) {
            return new MotrYardstick(contestant, "put", write.blocks(), write.blockBytes(), "");
        }
        BatchRead read = (BatchRead) workload;
        String stored = name();
        new MotrYardstick(contestant, "put", read.blocks(), read.blockBytes(), stored).run();
        return new MotrYardstick(contestant, "get", read.blocks(), read.blockBytes(), stored);
    }

    private static String name() {
        return Long.toHexString(START) + "-" + RUNS.incrementAndGet();
    }

    @Override
    public Run run() throws Exception {
        Map<String, String> parameters = contestant.parameters();
        Path out = Files.createTempFile(contestant.scratch(), "yardstick", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            parameters.getOrDefault("program", ""),
                            operation,
                            Integer.toString(values),
                            Integer.toString(bytes),
                            stored.isEmpty() ? name() : stored))
                    .directory(contestant.scratch().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            Map<String, String> environment = builder.environment();
            environment.put("HAX_ADDR", parameters.getOrDefault("haxAddr", ""));
            environment.put("LOCAL_ADDR", parameters.getOrDefault("localAddr", ""));
            environment.put("PROFILE_FID", parameters.getOrDefault("profileFid", ""));
            environment.put("PROCESS_FID", parameters.getOrDefault("processFid", ""));
            environment.put("INDEX", parameters.getOrDefault("index", ""));
            environment.put("WINDOW", parameters.getOrDefault("window", ""));
            environment.put("BATCH_BYTES", Integer.toString(BatchWrite.BATCH_BYTES));
            Process process = builder.start();
            if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("the yardstick did not end within " + MOST_MINUTES + " minutes");
            }
            return result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
        }
    }

    private Run result(int status, String said) throws IOException {
        Matcher seconds = SECONDS.matcher(said);
        if (status != 0 || !seconds.find()) {
            throw new IOException("the yardstick ended with status " + status + ": " + said.strip());
        }
        return Run.of((double) values * bytes, (long) (Double.parseDouble(seconds.group(1)) * 1e9));
    }
}
