package io.motrds.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How one contestant does against another in all workloads: a dot for the ratio, a bar for its 95 % interval, on a
 * logarithmic scale; the absolute figures stand beside it.
 */
final class RatioChart {

    private static final int WIDTH = 960;
    private static final int ROW = 26;
    private static final int TOP = 64;
    private static final int LEFT = 300;
    private static final int RIGHT = 650;
    private static final double[] TICKS = {0.125, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 8};

    private record Row(Result result, PairedRatio ratio) {}

    private RatioChart() {}

    /** A chart for each pair that was compared. */
    static List<Chart> of(Report report) {
        List<String> pairs = report.results().stream()
                .flatMap(result -> result.ratios().stream())
                .map(ratio -> ratio.of() + "\n" + ratio.to())
                .distinct()
                .toList();
        List<Chart> charts = new ArrayList<>();
        for (String pair : pairs) {
            List<Row> rows = new ArrayList<>();
            for (Result result : report.results()) {
                result.ratios().stream()
                        .filter(ratio -> (ratio.of() + "\n" + ratio.to()).equals(pair))
                        .forEach(ratio -> rows.add(new Row(result, ratio)));
            }
            PairedRatio any = rows.get(0).ratio();
            String name = "ratio-" + any.of() + "-" + any.to();
            charts.add(Chart.of(name, any.of() + " against " + any.to(), draw(any, rows)));
        }
        return charts;
    }

    private static String draw(PairedRatio pair, List<Row> rows) {
        int height = TOP + rows.size() * ROW + 36;
        Svg svg = new Svg(WIDTH, height);
        svg.text(16, 24, "start", 16, true, Svg.INK, pair.of() + " against " + pair.to());
        svg.text(
                16,
                44,
                "start",
                11,
                false,
                Svg.FAINT,
                "ratio of paired runs and its 95 % interval; right of 1: better; hollow: not quoted");
        svg.text(RIGHT + 20, 44, "start", 11, false, Svg.FAINT, "ratio");
        svg.text(RIGHT + 90, 44, "start", 11, false, Svg.FAINT, pair.of() + " / " + pair.to());
        for (double tick : TICKS) {
            double x = x(tick);
            svg.line(x, TOP - 8, x, height - 30, tick == 1 ? Svg.INK : Svg.GRID, tick == 1 ? 1.5 : 1);
            svg.text(
                    x,
                    height - 14,
                    "middle",
                    10,
                    false,
                    Svg.FAINT,
                    Unit.number(tick).replaceAll("\\.?0+$", ""));
        }
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), TOP + i * ROW + 12);
        }
        return svg.end();
    }

    private static void row(Svg svg, Row row, double y) {
        PairedRatio ratio = row.ratio();
        boolean quoted = ratio.verdict() == PairedRatio.Verdict.QUOTED;
        String color = !quoted ? Svg.FAINT : ratio.ratio() >= 1 ? Svg.GOOD : Svg.OTHER;
        svg.text(16, y + 4, "start", 12, false, Svg.INK, row.result().workload());
        if (ratio.verdict() != PairedRatio.Verdict.TOO_SHORT) {
            svg.line(x(ratio.low()), y, x(ratio.high()), y, color, 5, 0.35);
        }
        svg.circle(x(ratio.ratio()), y, 5, color, quoted);
        svg.text(RIGHT + 20, y + 4, "start", 12, quoted, color, TerminalTable.ratio(ratio));
        Unit unit = row.result().unit();
        String figures = Unit.number(row.result().median(ratio.of())) + " / "
                + unit.format(row.result().median(ratio.to()));
        svg.text(RIGHT + 90, y + 4, "start", 12, false, Svg.FAINT, figures);
    }

    /** Where a ratio lies, at the edge when it is beyond the scale. */
    private static double x(double ratio) {
        double least = Math.log(TICKS[0]);
        double most = Math.log(TICKS[TICKS.length - 1]);
        double at = (Math.log(ratio) - least) / (most - least);
        return LEFT + Math.max(0, Math.min(1, at)) * (RIGHT - LEFT);
    }
}
