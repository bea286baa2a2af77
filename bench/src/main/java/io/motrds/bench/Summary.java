package io.motrds.bench;

import java.util.List;

/**
 * The runs of one contestant.
 *
 * @param runs their figures, in the order in which they ran
 * @param disagreement how far the largest is above the smallest, as a part of the smallest: 0.25 for 25 %
 */
record Summary(List<Double> runs, double median, double min, double max, double disagreement) {

    /** Runs that disagree by more than this are not quoted. */
    static final double NOISY = 0.25;

    static Summary of(List<Double> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a summary needs runs");
        }
        double[] sorted =
                runs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double min = sorted[0];
        double max = sorted[sorted.length - 1];
        return new Summary(List.copyOf(runs), median(sorted), min, max, min > 0 ? max / min - 1 : 0);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    boolean noisy() {
        return disagreement > NOISY;
    }
}
