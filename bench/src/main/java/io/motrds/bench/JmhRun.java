package io.motrds.bench;

import io.motrds.bench.Report.Piece;
import io.motrds.bench.pieces.MotrLibraryPieces;
import io.motrds.bench.pieces.SmallPieces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks. */
final class JmhRun {

    /** Compiles the library that stands in for Motr's. */
    private static final Path BUILD = Path.of("motr-backend", "src", "test", "c", "build");

    private JmhRun() {}

    /**
     * Runs all.
     *
     * @param notRun is told what could not be run, and why
     */
    static List<Piece> all(boolean quick, Path scratch, Consumer<String> notRun)
            throws RunnerException, IOException, InterruptedException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(SmallPieces.class.getName()).verbosity(VerboseMode.SILENT);
        if (quick) {
            options.warmupIterations(1).measurementIterations(2);
        }
        Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "stand-in");
        try {
            String missing = build(folder);
            if (missing.isEmpty()) {
                options.include(MotrLibraryPieces.class.getName());
                options.jvmArgsAppend("-D" + MotrLibraryPieces.LIBRARY + "="
                        + folder.resolve("libmotr.so.2").toAbsolutePath());
            } else {
                notRun.accept("small pieces, through a stand-in for Motr's library: " + missing);
            }
            return new Runner(options.build())
                    .run().stream()
                            .map(result -> new Piece(
                                    result.getPrimaryResult().getLabel(),
                                    result.getPrimaryResult().getScore(),
                                    result.getPrimaryResult().getScoreError()))
                            .toList();
        } finally {
            Contestant.delete(folder);
        }
    }

    /** Compiles the stand-in; what is missing for that, or an empty text. */
    private static String build(Path folder) throws IOException, InterruptedException {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!platform.equals("Linux amd64")) {
            return "it is for Linux on x86-64 only, not " + platform;
        }
        Path said = folder.resolve("compiler");
        int status = new ProcessBuilder(BUILD.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        return switch (status) {
            case 0 -> "";
            case 127 -> "gcc is not installed";
            default ->
                "it cannot be compiled: "
                        + Files.readString(said, StandardCharsets.UTF_8).strip();
        };
    }
}
