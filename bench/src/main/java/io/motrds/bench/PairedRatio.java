package io.motrds.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How many times as good one contestant is as another: the geometric mean of the ratios of the runs that stood side by
 * side, above 1 when the first is better, whatever the unit.
 *
 * @param low lower end of the 95 % interval of the mean
 * @param high its upper end
 * @param disagreement how far the largest of the ratios is above the smallest, as a part of the smallest
 */
record PairedRatio(String of, String to, double ratio, double low, double high, double disagreement, Verdict verdict) {

    /** Whether the ratio may be quoted. */
    enum Verdict {
        QUOTED,
        /** The runs disagree by more than {@link Summary#NOISY}. */
        NOISY,
        /** Too few runs or bytes for a figure. */
        TOO_SHORT
    }

    // two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom
    private static final double[] STUDENT = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };
    private static final double NORMAL = 1.960;

    /**
     * Compares two contestants' runs of the same rounds.
     *
     * @param enough whether so much was done that the ratio may be quoted
     */
    static PairedRatio of(String of, Summary first, String to, Summary second, Unit unit, boolean enough) {
        int rounds = Math.min(first.runs().size(), second.runs().size());
        List<Double> ratios = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < rounds; i++) {
            double ratio = first.runs().get(i) / second.runs().get(i);
            double better = unit.moreIsBetter() ? ratio : 1 / ratio;
            ratios.add(better);
            sum += Math.log(better);
        }
        double mean = sum / rounds;
        double squares = 0;
        for (double ratio : ratios) {
            squares += Math.pow(Math.log(ratio) - mean, 2);
        }
        double error = rounds < 2 ? Double.NaN : student(rounds - 1) * Math.sqrt(squares / (rounds - 1) / rounds);
        double disagreement = Summary.of(ratios).disagreement();
        Verdict verdict = !enough || rounds < 3
                ? Verdict.TOO_SHORT
                : disagreement > Summary.NOISY ? Verdict.NOISY : Verdict.QUOTED;
        return new PairedRatio(
                of, to, Math.exp(mean), Math.exp(mean - error), Math.exp(mean + error), disagreement, verdict);
    }

    static double student(int freedom) {
        return freedom <= STUDENT.length ? STUDENT[freedom - 1] : NORMAL;
    }
}
