package io.motrds.bench;

import java.util.Locale;

/** What all forms of the report say in the same words. */
final class Legend {

    static final String TEXT =
            "A ratio above 1 means that the first is better than what it is compared with. It is the geometric mean of"
                    + " the ratios of runs that stood side by side, with the 95 % interval of that mean. Where those"
                    + " ratios disagree by more than 25 %, or the runs of one figure do, it says *noisy*, and no ratio"
                    + " is quoted. `MB` is 10^6 bytes.";

    private Legend() {}

    /** A ratio with its interval and what it is to. */
    static String ratio(PairedRatio ratio) {
        String interval = String.format(Locale.ROOT, " (%.2f–%.2f)", ratio.low(), ratio.high());
        return switch (ratio.verdict()) {
            case QUOTED -> String.format(Locale.ROOT, "**%.2f**%s %s", ratio.ratio(), interval, ratio.to());
            case NOISY -> "*noisy*" + interval + " " + ratio.to();
            case TOO_SHORT -> "*too short* " + ratio.to();
        };
    }

    /** The range of the runs. */
    static String runs(Summary summary) {
        return Unit.number(summary.min()) + "–" + Unit.number(summary.max()) + " ("
                + summary.runs().size() + ")" + (summary.noisy() ? " *noisy*" : "");
    }
}
