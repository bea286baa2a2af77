package io.motrds.bench;

import io.motrds.bench.Report.Growth;
import io.motrds.bench.Report.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cost of an operation against the number of keys, a line for each store, both scales logarithmic. */
final class GrowthChart {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 380;
    private static final int LEFT = 80;
    private static final int RIGHT = 760;
    private static final int TOP = 60;
    private static final int BOTTOM = 320;

    private final List<Growth> lines;
    private final double leastKeys;
    private final double mostKeys;
    private final double least;
    private final double most;

    private GrowthChart(List<Growth> lines) {
        this.lines = lines;
        List<Point> points =
                lines.stream().flatMap(line -> line.points().stream()).toList();
        leastKeys = Math.log10(points.stream().mapToDouble(Point::keys).min().orElse(1));
        mostKeys = Math.log10(points.stream().mapToDouble(Point::keys).max().orElse(10));
        // whole powers of ten around all figures
        least = Math.floor(
                Math.log10(points.stream().mapToDouble(GrowthChart::cost).min().orElse(1)));
        most = Math.max(
                least + 1,
                Math.ceil(Math.log10(
                        points.stream().mapToDouble(GrowthChart::cost).max().orElse(10))));
    }

    private static double cost(Point point) {
        return Math.max(1e-3, point.figure().median());
    }

    /** A chart for each operation and unit. */
    static List<Chart> of(Report report) {
        List<String> kinds = report.growth().stream()
                .map(growth -> growth.operation() + "\n" + growth.unit().symbol())
                .distinct()
                .toList();
        List<Chart> charts = new ArrayList<>();
        for (String kind : kinds) {
            List<Growth> lines = report.growth().stream()
                    .filter(growth -> (growth.operation() + "\n" + growth.unit().symbol()).equals(kind))
                    .toList();
            Growth any = lines.get(0);
            String title = any.operation() + ", " + any.unit().symbol() + " by number of keys";
            charts.add(Chart.of(
                    "growth-" + any.operation() + (any.unit() == Unit.REQUESTS ? "-requests" : ""),
                    title,
                    new GrowthChart(lines).draw(title)));
        }
        return charts;
    }

    private String draw(String title) {
        Svg svg = new Svg(WIDTH, HEIGHT);
        svg.text(16, 24, "start", 16, true, Svg.INK, title);
        svg.text(
                16,
                42,
                "start",
                11,
                false,
                Svg.FAINT,
                "median, hollow where the runs disagree; both scales are logarithmic; flat is good");
        for (double power = least; power <= most; power++) {
            svg.line(LEFT, y(power), RIGHT, y(power), Svg.GRID, 1);
            svg.text(LEFT - 8, y(power) + 4, "end", 10, false, Svg.FAINT, Unit.number(Math.pow(10, power)));
        }
        for (double power = Math.ceil(leastKeys); power <= mostKeys; power++) {
            svg.line(x(power), TOP, x(power), BOTTOM, Svg.GRID, 1);
            svg.text(
                    x(power),
                    BOTTOM + 18,
                    "middle",
                    10,
                    false,
                    Svg.FAINT,
                    String.format(Locale.ROOT, "%,.0f", Math.pow(10, power)));
        }
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), i);
        }
        return svg.end();
    }

    private void line(Svg svg, Growth growth, int number) {
        String color = Svg.LINES[number % Svg.LINES.length];
        Point before = null;
        for (Point point : growth.points()) {
            double x = x(Math.log10((double) point.keys()));
            double y = y(Math.log10(cost(point)));
            if (before != null) {
                svg.line(x(Math.log10((double) before.keys())), y(Math.log10(cost(before))), x, y, color, 2);
            }
            svg.circle(x, y, 3.5, color, !point.figure().noisy());
            before = point;
        }
        if (before != null) {
            double y = TOP + 10 + number * 20;
            svg.line(RIGHT + 16, y, RIGHT + 36, y, color, 3);
            svg.text(RIGHT + 42, y + 4, "start", 11, false, Svg.INK, growth.store() + ": " + Unit.number(cost(before)));
        }
    }

    private double x(double power) {
        double span = Math.max(1e-9, mostKeys - leastKeys);
        return LEFT + (power - leastKeys) / span * (RIGHT - LEFT);
    }

    private double y(double power) {
        return BOTTOM - (power - least) / (most - least) * (BOTTOM - TOP);
    }
}
