package io.motrds.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Adds or reads a file with the {@code motrds} command, in a process of its own each time, from its start to its end.
 *
 * @param command the command of a built distribution
 * @param reads whether it reads what an earlier process added, instead of adding
 */
record ColdFile(Path command, int bytes, boolean reads) implements Workload {

    private static final long MOST_MINUTES = 5;

    @Override
    public String name() {
        return "cold: motrds " + (reads ? "cat " : "add ") + Size.text(bytes);
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    /** The command knows no yardsticks; and of some stores nothing outlives the process. */
    @Override
    public boolean takes(Contestant contestant) {
        boolean ends =
                contestant.types().contains("mem") || contestant.parameters().containsValue("fake");
        return !contestant.isYardstick() && !(reads && ends);
    }

    @Override
    public Trial on(Contestant store) throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(store.scratch()), "cold");
        Path file = Files.write(folder.resolve("file.bin"), Content.random(bytes, 8));
        List<String> cids = Collections.synchronizedList(new ArrayList<>());
        Path filled = configuration(store, folder);
        if (reads) {
            run(folder, filled, List.of("add", "-Q", file.toString()));
            cids.add(Files.readString(folder.resolve("out")).strip());
        }
        return new Trial() {
            @Override
            public Run run() throws Exception {
                if (reads) {
                    return ColdFile.this.run(folder, filled, List.of("cat", cids.get(0)));
                }
                // a store of its own each time, so that nothing is there already
                return ColdFile.this.run(folder, configuration(store, folder), List.of("add", "-Q", file.toString()));
            }

            @Override
            public void close() throws IOException {
                Contestant.delete(folder);
            }
        };
    }

    private static Path configuration(Contestant store, Path folder) throws IOException {
        Path place = folder.resolve("store"); // relative paths start from where the file is
        StringBuilder text = new StringBuilder();
        Map<String, String> parameters = store.freshParameters(place);
        parameters.forEach((name, value) ->
                text.append("datastore.").append(name).append('=').append(value).append('\n'));
        return Files.writeString(place.resolve("store.properties"), text);
    }

    private Run run(Path folder, Path configuration, List<String> arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(command.toString(), "--config", configuration.toString()));
        line.addAll(arguments);
        Path out = folder.resolve("out");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(errors.toFile());
        if (arguments.get(0).equals("cat")) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        long start = System.nanoTime();
        Process process = builder.start();
        PeakMemory memory = new PeakMemory(process.pid());
        while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
            memory.look();
            if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(MOST_MINUTES)) {
                process.destroyForcibly();
                throw new IOException("it did not end within " + MOST_MINUTES + " minutes");
            }
        }
        long nanos = System.nanoTime() - start;
        if (process.exitValue() != 0) {
            String said = Files.readString(errors, StandardCharsets.UTF_8).strip();
            throw new IOException("it ended with status " + process.exitValue() + ": " + said);
        }
        return new Run(1, nanos, memory.bytes());
    }

    /** The most memory that a process had resident, as the kernel counts it. Looked at while the process runs. */
    private static final class PeakMemory {
        private final Path status;
        private long kibibytes;

        PeakMemory(long pid) {
            this.status = Path.of("/proc", Long.toString(pid), "status");
        }

        void look() {
            try {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("VmHWM:")) {
                        kibibytes = Math.max(kibibytes, Long.parseLong(line.replaceAll("[^0-9]", "")));
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                return; // it has ended, or this is no Linux
            }
        }

        long bytes() {
            return kibibytes << 10;
        }
    }
}
