package io.motrds.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures workloads on contestants and collects what was found. */
final class Benchmark {

    private final List<Contestant> contestants;
    private final Alternation alternation;
    private final Progress progress;
    private final Path scratch;
    private final List<Result> results = new ArrayList<>();
    private final List<String> notRun = new ArrayList<>();

    Benchmark(List<Contestant> contestants, Alternation alternation, Progress progress, Path scratch) {
        this.contestants = contestants;
        this.alternation = alternation;
        this.progress = progress;
        this.scratch = scratch;
    }

    List<Result> results() {
        return results;
    }

    List<String> notRun() {
        return notRun;
    }

    /** What the machine can do at best. */
    Map<String, Summary> yardsticks() {
        progress.begin("what the machine can do");
        Alternation.Outcome outcome = alternation.run("machine", Yardsticks.all(scratch), 0, progress);
        outcome.failures().forEach((name, why) -> notRun.add(name + ": " + why));
        return summaries(outcome.runs(), Unit.MB_PER_SECOND);
    }

    /**
     * Measures a workload on all contestants.
     *
     * @param beside yardsticks that take their turns with them; every contestant is compared with each
     */
    Result measure(Workload workload, Map<String, Trial> beside) {
        progress.begin(workload.name());
        if (alternation.isLate()) {
            notRun.add(workload.name() + ": the time was up");
            return new Result(workload.name(), workload.unit(), Map.of(), List.of());
        }
        Map<String, Trial> trials = new LinkedHashMap<>(beside);
        try {
            for (Contestant contestant : contestants) {
                if (!takes(workload, contestant)) {
                    continue;
                }
                progress.show(workload.name() + ": preparing " + contestant.name());
                try {
                    trials.put(contestant.name(), trial(workload, contestant));
                } catch (Exception | LinkageError e) {
                    notRun.add(workload.name() + ", " + contestant.name() + ": " + e);
                }
            }
            Alternation.Outcome outcome = alternation.run(workload.name(), trials, workload.workForQuote(), progress);
            outcome.failures().forEach((name, why) -> notRun.add(workload.name() + ", " + name + ": " + why));
            Result result = result(workload, outcome.runs(), List.copyOf(beside.keySet()));
            results.add(result);
            memory(workload, outcome.runs());
            return result;
        } finally {
            trials.forEach((name, trial) -> close(workload, name, trial));
        }
    }

    private static boolean takes(Workload workload, Contestant contestant) {
        if (contestant.type().equals(MotrYardstick.TYPE)) {
            return MotrYardstick.takes(workload);
        }
        return workload.takes(contestant) && (!contestant.forcesWrites() || workload.isUnforced());
    }

    private static Trial trial(Workload workload, Contestant contestant) throws Exception {
        return contestant.type().equals(MotrYardstick.TYPE)
                ? MotrYardstick.of(workload, contestant)
                : workload.on(contestant);
    }

    /** The most memory of the processes, where the work was done in some. */
    private void memory(Workload workload, Map<String, List<Run>> runs) {
        Map<String, Summary> peaks = summaries(runs, Unit.MEBIBYTES);
        peaks.values().removeIf(summary -> summary.max() == 0);
        if (!peaks.isEmpty()) {
            results.add(new Result(workload.name() + ", peak memory", Unit.MEBIBYTES, peaks, List.of()));
        }
    }

    /** What operations cost as the stores grow. */
    List<Report.Growth> growth(int most) {
        progress.begin("growth");
        List<Report.Growth> all = new ArrayList<>();
        for (Contestant contestant : contestants) {
            String type = contestant.type();
            if (type.equals("raw-s3") || type.equals(MotrYardstick.TYPE)) {
                continue; // as their servers, which s3ds and motrds show
            }
            if (alternation.isLate()) {
                notRun.add("growth, " + contestant.name() + ": the time was up");
                continue;
            }
            try {
                all.addAll(new GrowthRun(contestant, progress)
                        .upTo(contestant.types().contains("s3ds") ? most / 10 : most));
            } catch (Exception | LinkageError e) {
                notRun.add("growth, " + contestant.name() + ": " + e);
            }
        }
        return all;
    }

    private void close(Workload workload, String name, Trial trial) {
        try {
            trial.close();
        } catch (Exception e) {
            notRun.add(workload.name() + ", " + name + ", closing: " + e);
        }
    }

    private Result result(Workload workload, Map<String, List<Run>> runs, List<String> yardsticks) {
        Map<String, Summary> figures = summaries(runs, workload.unit());
        List<PairedRatio> ratios = new ArrayList<>();
        for (Contestant contestant : contestants) {
            List<String> against = contestant.isYardstick() ? new ArrayList<>() : new ArrayList<>(yardsticks);
            against.addAll(contestant.against());
            for (String other : against) {
                Summary first = figures.get(contestant.name());
                Summary second = figures.get(other);
                if (first != null && second != null) {
                    boolean enough = enough(runs, contestant.name(), workload)
                            && (yardsticks.contains(other) || enough(runs, other, workload));
                    ratios.add(PairedRatio.of(contestant.name(), first, other, second, workload.unit(), enough));
                }
            }
        }
        return new Result(workload.name(), workload.unit(), figures, ratios);
    }

    private static boolean enough(Map<String, List<Run>> runs, String name, Workload workload) {
        return Alternation.work(runs.getOrDefault(name, List.of())) >= workload.workForQuote();
    }

    private static Map<String, Summary> summaries(Map<String, List<Run>> runs, Unit unit) {
        Map<String, Summary> summaries = new LinkedHashMap<>();
        runs.forEach((name, each) -> {
            if (!each.isEmpty()) {
                summaries.put(
                        name,
                        Summary.of(each.stream().map(run -> run.figure(unit)).toList()));
            }
        });
        return summaries;
    }
}
