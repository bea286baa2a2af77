package io.motrds.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.bench.PairedRatio.Verdict;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is quoted, and how it is computed. */
class PairedRatioTest {

    private static Summary runs(double... figures) {
        return Summary.of(Arrays.stream(figures).boxed().toList());
    }

    private static PairedRatio ratio(Summary first, Summary second, Unit unit) {
        return PairedRatio.of("a", first, "b", second, unit, true);
    }

    @Test
    void theMedianOfAnEvenNumberOfRunsLiesBetweenTheMiddleTwo() {
        assertEquals(2.5, runs(4, 1, 3, 2).median());
        assertEquals(3, runs(9, 1, 3).median());
    }

    @Test
    void runsThatDisagreeByMoreThanAQuarterAreNoisy() {
        assertTrue(runs(100, 126, 110).noisy());
        assertEquals(false, runs(100, 125, 110).noisy());
    }

    @Test
    void theRatioIsTheGeometricMeanOfPairs() {
        PairedRatio ratio = ratio(runs(2, 8, 4), runs(1, 4, 2), Unit.MB_PER_SECOND);
        assertEquals(2, ratio.ratio(), 1e-12);
        assertEquals(2, ratio.low(), 1e-12, "pairs that agree leave no doubt, however much the rounds differ");
        assertEquals(2, ratio.high(), 1e-12);
        assertEquals(Verdict.QUOTED, ratio.verdict());
    }

    @Test
    void theIntervalIsStudents() {
        // logarithms -0.1, 0 and 0.1: standard error 0.1/sqrt(3), quantile of two degrees of freedom 4.303
        PairedRatio ratio = ratio(runs(Math.exp(-0.1), 1, Math.exp(0.1)), runs(1, 1, 1), Unit.OPERATIONS_PER_SECOND);
        double half = 4.303 * 0.1 / Math.sqrt(3);
        assertEquals(Math.exp(-half), ratio.low(), 1e-9);
        assertEquals(Math.exp(half), ratio.high(), 1e-9);
    }

    @Test
    void lessTimeIsBetter() {
        assertEquals(3, ratio(runs(1, 1, 1), runs(3, 3, 3), Unit.SECONDS).ratio(), 1e-12);
    }

    @Test
    void pairsThatDisagreeByMoreThanAQuarterAreNotQuoted() {
        assertEquals(
                Verdict.NOISY,
                ratio(runs(100, 126, 100), runs(100, 100, 100), Unit.MB_PER_SECOND)
                        .verdict());
    }

    @Test
    void tooFewRoundsOrBytesAreNotQuoted() {
        assertEquals(
                Verdict.TOO_SHORT,
                ratio(runs(1, 1), runs(1, 1), Unit.MB_PER_SECOND).verdict());
        assertEquals(
                Verdict.TOO_SHORT,
                PairedRatio.of("a", runs(1, 1, 1), "b", runs(1, 1, 1), Unit.MB_PER_SECOND, false)
                        .verdict());
    }

    @Test
    void oneRoundHasNoInterval() {
        assertTrue(Double.isNaN(ratio(runs(1), runs(1), Unit.MB_PER_SECOND).low()));
    }

    @Test
    void contestantsTakeTurnsInBothOrders() {
        List<String> order = new ArrayList<>();
        Map<String, Trial> trials = new LinkedHashMap<>();
        for (String name : List.of("a", "b")) {
            trials.put(name, () -> {
                order.add(name);
                return Run.of(1, 1_000);
            });
        }
        Progress silent = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        Alternation alternation = new Alternation(1, 3, 1e-9, System.nanoTime() + 60_000_000_000L);
        Alternation.Outcome outcome = alternation.run("turns", trials, 0, silent);
        assertEquals(List.of("b", "a", "a", "b", "b", "a", "a", "b"), order);
        assertEquals(3, outcome.runs().get("a").size(), "the warm-up does not count");
    }

    @Test
    void whoFailsIsNamedAndTheOthersGoOn() {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put("bad", () -> {
            throw new IllegalStateException("broken");
        });
        trials.put("good", () -> Run.of(1, 1_000));
        Progress silent = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        Alternation.Outcome outcome =
                new Alternation(0, 3, 1e-9, System.nanoTime() + 60_000_000_000L).run("turns", trials, 0, silent);
        assertTrue(outcome.failures().get("bad").contains("broken"));
        assertEquals(3, outcome.runs().get("good").size());
    }
}
