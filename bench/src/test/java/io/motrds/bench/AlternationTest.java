package io.motrds.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlternationTest {

    private static final long SECOND = 1_000_000_000;

    private final List<String> order = new ArrayList<>();
    private final Map<String, Trial> trials = new LinkedHashMap<>();

    private Trial work(String name, double work) {
        return () -> {
            order.add(name);
            return Run.of(work, SECOND);
        };
    }

    private Alternation.Outcome run(int warmUps, int rounds, double wanted) {
        Progress progress = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        long deadline = System.nanoTime() + 3600 * SECOND;
        return new Alternation(warmUps, rounds, 0.1, deadline).run("work", trials, wanted, progress);
    }

    @Test
    void contestantsTakeTurnsAndTheOrderTurnsRound() {
        trials.put("a", work("a", 1));
        trials.put("b", work("b", 1));
        Alternation.Outcome outcome = run(1, 2, 0);
        assertEquals(List.of("b", "a", "a", "b", "b", "a"), order);
        assertEquals(2, outcome.runs().get("a").size(), "the warm-up does not count");
    }

    @Test
    void onlyThoseWhoHaveNotDoneEnoughGoOnInFurtherRounds() {
        trials.put("slow", work("slow", 1));
        trials.put("fast", work("fast", 10));
        Alternation.Outcome outcome = run(0, 3, 5);
        assertEquals(5, outcome.runs().get("slow").size());
        assertEquals(3, outcome.runs().get("fast").size());
    }

    @Test
    void whoFailsIsLeftOutAndTheOthersGoOn() {
        trials.put("broken", () -> {
            throw new IllegalStateException("broken");
        });
        trials.put("sound", work("sound", 1));
        Alternation.Outcome outcome = run(0, 3, 0);
        assertEquals(List.of("sound"), List.copyOf(outcome.runs().keySet()));
        assertEquals(3, outcome.runs().get("sound").size());
        assertEquals(
                "java.lang.IllegalStateException: broken", outcome.failures().get("broken"));
    }
}
