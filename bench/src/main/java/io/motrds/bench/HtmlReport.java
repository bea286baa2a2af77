package io.motrds.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as one HTML file that needs nothing else: charts lie in it as SVG to be seen and as PNG to be saved. */
final class HtmlReport {

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1f2933; background: #f6f7f9; margin: 0; }
            main { max-width: 1040px; margin: 0 auto; padding: 24px 20px 80px; }
            h1 { font-size: 26px; margin: 12px 0; } h2 { font-size: 19px; margin: 40px 0 12px; }
            h3 { font-size: 15px; margin: 0 0 8px; }
            section { background: #fff; border: 1px solid #e3e7ec; border-radius: 8px; padding: 16px; margin: 16px 0;
              overflow-x: auto; }
            svg { max-width: 100%; height: auto; display: block; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid #eef1f4; vertical-align: top; }
            th { color: #6b7785; font-weight: normal; font-size: 13px; }
            td.number { text-align: right; white-space: nowrap; } .faint { color: #6b7785; }
            .ratio { font-weight: 600; color: #b4540a; } .good { color: #0b7a75; } .noisy { color: #6b7785; font-style: italic; }
            a { color: #3457a6; } nav a { margin-right: 14px; }
            """;

    private final StringBuilder html = new StringBuilder();

    private HtmlReport() {}

    static String of(Report report, List<Chart> charts) {
        HtmlReport page = new HtmlReport();
        page.add("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.add("<title>motrds benchmark</title><style>" + STYLE + "</style></head><body><main>");
        page.head(report);
        page.add("<h2 id=\"charts\">Charts</h2>");
        charts.forEach(page::chart);
        page.add("<h2 id=\"workloads\">Workloads</h2>");
        report.results().forEach(page::result);
        page.pieces(report);
        if (!report.notRun().isEmpty()) {
            page.add("<h2>Not run</h2><section><ul>");
            report.notRun().forEach(each -> page.add("<li>" + Svg.escaped(each) + "</li>"));
            page.add("</ul></section>");
        }
        page.add("</main></body></html>");
        return page.html.toString();
    }

    private void add(String line) {
        html.append(line).append('\n');
    }

    private void head(Report report) {
        Machine machine = report.machine();
        add("<h1>motrds benchmark</h1>");
        add("<nav><a href=\"#charts\">charts</a><a href=\"#workloads\">workloads</a></nav>");
        add(String.format(
                Locale.ROOT,
                "<p>%s, %.1f minutes, <code>bench/run %s</code>. %s, %d cores, %,d MiB of memory, %s, %s, scratch on %s.</p>",
                Svg.escaped(report.started()),
                report.minutes(),
                Svg.escaped(report.command()),
                Svg.escaped(machine.processor()),
                machine.cores(),
                machine.memoryMiB(),
                Svg.escaped(machine.system()),
                Svg.escaped(machine.java()),
                Svg.escaped(machine.fileSystem())));
        add("<p class=\"faint\">Versions: "
                + machine.versions().entrySet().stream()
                        .map(each -> Svg.escaped(each.getKey() + " " + each.getValue()))
                        .collect(Collectors.joining(", "))
                + "</p>");
        add("<p>"
                + Svg.escaped(Legend.TEXT)
                        .replaceAll("\\*noisy\\*", "<em>noisy</em>")
                        .replace("`MB`", "MB") + "</p>");
        add("<section><h3>What the machine can do at best</h3><table>");
        report.yardsticks()
                .forEach((name, summary) -> add("<tr><td>" + Svg.escaped(name) + "</td><td class=\"number\">"
                        + Unit.MB_PER_SECOND.format(summary.median()) + "</td>" + runs(summary) + "</tr>"));
        add("</table></section><section><h3>What was compared</h3><table>");
        report.contestants()
                .forEach((name, note) ->
                        add("<tr><td>" + Svg.escaped(name) + "</td><td>" + Svg.escaped(note) + "</td></tr>"));
        add("</table></section>");
    }

    private void chart(Chart chart) {
        String png = Base64.getEncoder().encodeToString(chart.png());
        String svg = Base64.getEncoder().encodeToString(chart.svg().getBytes(StandardCharsets.UTF_8));
        add("<section id=\"" + chart.name() + "\">" + chart.svg());
        add("<p class=\"faint\">save as <a download=\"" + chart.name() + ".svg\" href=\"data:image/svg+xml;base64,"
                + svg
                + "\">SVG</a> or <a download=\"" + chart.name() + ".png\" href=\"data:image/png;base64," + png
                + "\">PNG</a></p></section>");
    }

    private static String runs(Summary summary) {
        return "<td class=\"number faint\">" + Unit.number(summary.min()) + "–" + Unit.number(summary.max()) + " ("
                + summary.runs().size() + ")" + (summary.noisy() ? " <span class=\"noisy\">noisy</span>" : "")
                + "</td>";
    }

    private void result(Result result) {
        add("<section><h3>" + Svg.escaped(result.workload()) + "</h3><table><tr><th></th><th>ratio (95 %) to</th>"
                + "<th style=\"text-align:right\">median "
                + result.unit().symbol() + "</th><th style=\"text-align:right\">runs</th></tr>");
        result.figures().forEach((name, summary) -> {
            String ratios = result.ratios().stream()
                    .filter(ratio -> ratio.of().equals(name))
                    .map(HtmlReport::ratio)
                    .collect(Collectors.joining("<br>"));
            add("<tr><td>" + Svg.escaped(name) + "</td><td>" + ratios + "</td><td class=\"number\">"
                    + Unit.number(summary.median()) + "</td>" + runs(summary) + "</tr>");
        });
        add("</table></section>");
    }

    private static String ratio(PairedRatio ratio) {
        String style =
                ratio.verdict() != PairedRatio.Verdict.QUOTED ? "noisy" : ratio.ratio() >= 1 ? "ratio good" : "ratio";
        String interval = TerminalTable.interval(ratio);
        return "<span class=\"" + style + "\">" + TerminalTable.ratio(ratio) + "</span> <span class=\"faint\">"
                + (interval.isEmpty() ? "" : "(" + interval + ") ") + Svg.escaped(ratio.to()) + "</span>";
    }

    private void pieces(Report report) {
        if (report.pieces().isEmpty()) {
            return;
        }
        add(
                "<h2>Small pieces (JMH)</h2><section><table><tr><th>piece</th><th>a call</th><th>99.9 % interval</th></tr>");
        report.pieces()
                .forEach(piece -> add("<tr><td>" + Svg.escaped(piece.name()) + "</td><td class=\"number\">"
                        + Unit.number(piece.nanos() / 1000) + " µs</td><td class=\"number faint\">"
                        + Legend.error(piece) + "</td></tr>"));
        add("</table></section>");
    }
}
