package io.motrds.bench;

import java.util.Locale;

/** What a figure counts, and whether more of it is better. */
enum Unit {
    MB_PER_SECOND("MB/s", true),
    OPERATIONS_PER_SECOND("ops/s", true),
    KEYS_PER_SECOND("keys/s", true),
    SECONDS("s", false),
    MEBIBYTES("MiB", false),
    MICROSECONDS("µs", false),
    REQUESTS("requests", false);

    private final String symbol;
    private final boolean moreIsBetter;

    Unit(String symbol, boolean moreIsBetter) {
        this.symbol = symbol;
        this.moreIsBetter = moreIsBetter;
    }

    String symbol() {
        return symbol;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Three significant digits, thousands apart. */
    static String number(double figure) {
        if (Double.isNaN(figure)) {
            return "–";
        }
        double size = Math.abs(figure);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, figure);
    }

    String format(double figure) {
        return number(figure) + " " + symbol;
    }
}
