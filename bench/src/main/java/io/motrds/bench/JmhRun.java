package io.motrds.bench;

import io.motrds.bench.Report.Piece;
import io.motrds.bench.pieces.SmallPieces;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks. */
final class JmhRun {

    private JmhRun() {}

    static List<Piece> all(boolean quick) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(SmallPieces.class.getName()).verbosity(VerboseMode.SILENT);
        if (quick) {
            options.warmupIterations(1).measurementIterations(2);
        }
        return new Runner(options.build())
                .run().stream()
                        .map(result -> new Piece(
                                result.getPrimaryResult().getLabel(),
                                result.getPrimaryResult().getScore(),
                                result.getPrimaryResult().getScoreError()))
                        .toList();
    }
}
