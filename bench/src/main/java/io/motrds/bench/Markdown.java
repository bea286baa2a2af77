package io.motrds.bench;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A report as Markdown. */
final class Markdown {

    private final StringBuilder text = new StringBuilder();

    private Markdown() {}

    static String of(Report report) {
        Markdown markdown = new Markdown();
        markdown.head(report);
        report.results().forEach(markdown::result);
        markdown.growth(report);
        markdown.pieces(report);
        if (!report.notRun().isEmpty()) {
            markdown.line("## Not run").line("");
            report.notRun().forEach(each -> markdown.line("- " + each));
        }
        return markdown.text.toString();
    }

    private Markdown line(String line) {
        text.append(line).append('\n');
        return this;
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void head(Report report) {
        Machine machine = report.machine();
        line("# Benchmark of " + report.started()).line("");
        line(String.format(
                Locale.ROOT,
                "%s, %d cores, %,d MiB of memory, %s, %s, scratch on %s. It took %.1f minutes: `bench/run %s`.",
                machine.processor(),
                machine.cores(),
                machine.memoryMiB(),
                machine.system(),
                machine.java(),
                machine.fileSystem(),
                report.minutes(),
                report.command()));
        line("");
        line(Legend.TEXT).line("");
        row("contestant", "what it is");
        row("---", "---");
        new TreeMap<>(report.contestants()).forEach(this::row);
        line("");
        row("the machine at best", "median", "runs");
        row("---", "--:", "--:");
        report.yardsticks()
                .forEach((name, summary) ->
                        row(name, Unit.MB_PER_SECOND.format(summary.median()), Legend.runs(summary)));
        line("");
        if (!machine.versions().isEmpty()) {
            line("Versions: "
                    + machine.versions().entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("")
                    + ".");
            line("");
        }
    }

    private void result(Result result) {
        line("## " + result.workload()).line("");
        row("", "ratio (95 %) to", "median " + result.unit().symbol(), "runs");
        row("---", "---", "--:", "--:");
        for (Map.Entry<String, Summary> each : result.figures().entrySet()) {
            String ratios = result.ratios().stream()
                    .filter(ratio -> ratio.of().equals(each.getKey()))
                    .map(Legend::ratio)
                    .reduce((a, b) -> a + "<br>" + b)
                    .orElse("");
            row(each.getKey(), ratios, Unit.number(each.getValue().median()), Legend.runs(each.getValue()));
        }
        line("");
    }

    private void growth(Report report) {
        if (report.growth().isEmpty()) {
            return;
        }
        line("## Growth").line("");
        line("Cost of one operation with so many keys in the store.").line("");
        row("store", "operation", "keys: cost");
        row("---", "---", "---");
        for (Report.Growth growth : report.growth()) {
            String points = growth.points().stream()
                    .map(point -> String.format(
                            Locale.ROOT,
                            "%,d: %s",
                            point.keys(),
                            growth.unit().format(point.figure().median())))
                    .reduce((a, b) -> a + "; " + b)
                    .orElse("");
            row(growth.store(), growth.operation(), points);
        }
        line("");
    }

    private void pieces(Report report) {
        if (report.pieces().isEmpty()) {
            return;
        }
        line("## Small pieces (JMH)").line("");
        row("piece", "a call", "99.9 % interval");
        row("---", "--:", "--:");
        report.pieces()
                .forEach(piece -> row(piece.name(), Unit.number(piece.nanos() / 1000) + " µs", Legend.error(piece)));
        line("");
    }
}
