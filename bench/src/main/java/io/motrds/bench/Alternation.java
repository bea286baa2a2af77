package io.motrds.bench;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs contestants by turns, A B C, C B A, A B C, so that what changes on the machine meanwhile meets all of them.
 *
 * @param warmUps rounds that do not count
 * @param rounds rounds that count, at least
 * @param seconds how long a run lasts at least
 * @param deadline when the time is up, as of {@link System#nanoTime}; then three rounds are enough
 */
record Alternation(int warmUps, int rounds, double seconds, long deadline) {

    private static final int FEWEST_ROUNDS = 3;

    /** Those who have not yet done the work that a quoted ratio takes go on for up to this many. */
    private static final int MOST_ROUNDS = 12;

    /** The runs of each contestant, and why some have none. */
    record Outcome(Map<String, List<Run>> runs, Map<String, String> failures) {}

    Outcome run(String what, Map<String, Trial> trials, double workWanted, Progress progress) {
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        trials.keySet().forEach(name -> runs.put(name, new ArrayList<>()));
        for (int round = -warmUps; round < rounds || (round < MOST_ROUNDS && lacks(runs, workWanted)); round++) {
            if (round >= FEWEST_ROUNDS && isLate()) {
                break;
            }
            List<String> order = new ArrayList<>(runs.keySet());
            if (round >= rounds) {
                order.removeIf(name -> work(requireNonNull(runs.get(name))) >= workWanted);
            }
            if (round % 2 != 0) {
                Collections.reverse(order);
            }
            for (String name : order) {
                progress.at(what, name, round, Math.max(rounds, round + 1));
                try {
                    Run run = one(requireNonNull(trials.get(name)), round < 0 ? seconds / 2 : seconds);
                    if (round >= 0) {
                        requireNonNull(runs.get(name)).add(run);
                    }
                } catch (Exception | LinkageError e) {
                    failures.put(name, e.toString());
                    runs.remove(name);
                }
            }
        }
        return new Outcome(runs, failures);
    }

    /** Whether the time is up. */
    boolean isLate() {
        return System.nanoTime() - deadline >= 0;
    }

    private Run one(Trial trial, double least) throws Exception {
        System.gc(); // what others left behind is not collected at this one's cost
        Run run = trial.run();
        while (run.nanos() < least * 1e9) {
            run = run.plus(trial.run());
        }
        return run;
    }

    private static boolean lacks(Map<String, List<Run>> runs, double work) {
        return work > 0 && runs.values().stream().anyMatch(each -> work(each) < work);
    }

    static double work(List<Run> runs) {
        return runs.stream().mapToDouble(Run::work).sum();
    }
}
