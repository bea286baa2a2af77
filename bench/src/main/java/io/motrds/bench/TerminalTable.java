package io.motrds.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A result as a table for a terminal: ratios first, absolute figures beside them. */
final class TerminalTable {

    private TerminalTable() {}

    static String of(Result result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(result.workload(), "median " + result.unit().symbol(), "runs", "ratio", "95 %", "to"));
        result.figures().forEach((name, summary) -> {
            List<PairedRatio> ratios = result.ratios().stream()
                    .filter(each -> each.of().equals(name))
                    .toList();
            String runs =
                    Unit.number(summary.min()) + "–" + Unit.number(summary.max()) + (summary.noisy() ? " noisy" : "");
            if (ratios.isEmpty()) {
                rows.add(List.of(name, Unit.number(summary.median()), runs, "", "", ""));
            }
            boolean first = true;
            for (PairedRatio ratio : ratios) {
                rows.add(List.of(
                        first ? name : "",
                        first ? Unit.number(summary.median()) : "",
                        first ? runs : "",
                        ratio(ratio),
                        interval(ratio),
                        ratio.to()));
                first = false;
            }
        });
        return aligned(rows);
    }

    /** What the machine can do at best, in a line. */
    static String machine(Map<String, Summary> yardsticks) {
        return "  the machine: "
                + yardsticks.entrySet().stream()
                        .map(each -> each.getKey() + " "
                                + Unit.MB_PER_SECOND.format(each.getValue().median()))
                        .collect(Collectors.joining("; "))
                + "\n";
    }

    static String ratio(PairedRatio ratio) {
        return switch (ratio.verdict()) {
            case QUOTED -> String.format(Locale.ROOT, "%.2f", ratio.ratio());
            case NOISY -> "noisy";
            case TOO_SHORT -> "too short";
        };
    }

    /** The interval of the ratio; of too few runs there is none. */
    static String interval(PairedRatio ratio) {
        if (ratio.verdict() == PairedRatio.Verdict.TOO_SHORT) {
            return "";
        }
        return String.format(Locale.ROOT, "%.2f–%.2f", ratio.low(), ratio.high());
    }

    /** The first column to the left, the others to the right, but the last. */
    static String aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                String gap = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 || i == columns - 1 ? cell + gap : gap + cell)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
