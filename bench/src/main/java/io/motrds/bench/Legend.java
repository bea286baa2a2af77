package io.motrds.bench;

import java.util.Locale;

/** What all forms of the report say in the same words. */
final class Legend {

    static final String TEXT =
            "A ratio above 1 means that the first is better than what it is compared with. It is the geometric mean of"
                    + " the ratios of runs of one round, with the 95 % interval of that mean. Where those ratios disagree"
                    + " by more than 25 %, *noisy* stands in its place. A median whose runs disagree by more than 25 %"
                    + " is marked *noisy*, too, and is no figure to quote. `MB` is 10^6 bytes.";

    private Legend() {}

    /** A ratio with its interval and what it is to. */
    static String ratio(PairedRatio ratio) {
        String interval = String.format(Locale.ROOT, " (%.2f–%.2f)", ratio.low(), ratio.high());
        return switch (ratio.verdict()) {
            case QUOTED -> String.format(Locale.ROOT, "**%.2f**%s %s", ratio.ratio(), interval, ratio.to());
            case NOISY -> "*noisy*" + interval + " " + ratio.to();
            case TOO_SHORT -> "*too short*, " + ratio.to();
        };
    }

    /** The range of the runs. */
    static String runs(Summary summary) {
        return Unit.number(summary.min()) + "–" + Unit.number(summary.max()) + " ("
                + summary.runs().size() + ")" + (summary.noisy() ? " *noisy*" : "");
    }

    /** Half the interval of a small piece; of too few iterations there is none. */
    static String error(Report.Piece piece) {
        return Double.isNaN(piece.error()) ? "" : "± " + Unit.number(piece.error() / 1000) + " µs";
    }
}
