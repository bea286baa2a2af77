package io.motrds.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.bench.Report.Growth;
import io.motrds.bench.Report.Piece;
import io.motrds.bench.Report.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The forms of a report all show what was found. */
class ReportTest {

    private static final Summary FAST = Summary.of(List.of(200.0, 210.0, 205.0));
    private static final Summary SLOW = Summary.of(List.of(100.0, 105.0, 102.5));
    private static final Summary WILD = Summary.of(List.of(50.0, 200.0, 100.0));

    private static Report report() {
        Result result = new Result(
                "get <4 KiB>",
                Unit.OPERATIONS_PER_SECOND,
                Map.of("levelds", FAST, "leveldb", SLOW, "rocksdb", WILD),
                List.of(
                        PairedRatio.of("levelds", FAST, "leveldb", SLOW, Unit.OPERATIONS_PER_SECOND, true),
                        PairedRatio.of("levelds", FAST, "rocksdb", WILD, Unit.OPERATIONS_PER_SECOND, true)));
        Growth growth = new Growth(
                "levelds", "get", Unit.MICROSECONDS, List.of(new Point(1_000, SLOW), new Point(10_000, FAST)));
        Machine machine = new Machine("a processor", 2, 1024, "Linux", "Java 17", "ext4", Map.of("leveldb", "1.2"));
        return new Report(
                "2026-11-23T00:00:00Z",
                1.5,
                "--quick",
                machine,
                Map.of("levelds", "LevelDB store"),
                Map.of(Yardsticks.SHA_ONE, FAST),
                List.of(result),
                List.of(growth),
                List.of(new Piece("keyOfBlock", 1_234, 5)),
                List.of("s3ds: no server"));
    }

    private static List<Chart> charts(Report report) {
        List<Chart> charts = new ArrayList<>(RatioChart.of(report));
        charts.addAll(GrowthChart.of(report));
        return charts;
    }

    @Test
    void jsonKeepsEverything(@TempDir Path folder) throws Exception {
        Report report = report();
        report.writeJson(folder.resolve("report.json"));
        assertEquals(report, Report.readJson(folder.resolve("report.json")));
    }

    @Test
    void aQuotedRatioStandsBesideItsFigures() {
        String markdown = Markdown.of(report());
        assertTrue(markdown.contains("**2.00** (2.00–2.00) leveldb"), markdown);
        assertTrue(markdown.contains("| 205 | 200–210 (3) |"), markdown);
        assertTrue(markdown.contains("- s3ds: no server"), markdown);
    }

    @Test
    void aNoisyRatioIsNotQuoted() {
        String markdown = Markdown.of(report());
        assertTrue(markdown.contains("*noisy* ("), markdown);
        assertFalse(markdown.contains(String.format("**%.2f**", 205.0 / 100)), markdown);
        assertTrue(TerminalTable.of(report().results().get(0)).contains("noisy"));
    }

    @Test
    void chartsAreXmlAndPictures() throws Exception {
        List<Chart> charts = charts(report());
        assertEquals(3, charts.size(), "two pairs and one operation that grows");
        for (Chart chart : charts) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(chart.svg())));
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(chart.png()));
            assertEquals(1920, picture.getWidth());
            assertTrue(isDrawnOn(picture), chart.name());
        }
    }

    private static boolean isDrawnOn(BufferedImage picture) {
        int first = picture.getRGB(0, 0);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if (picture.getRGB(x, y) != first) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void theHtmlNeedsNothingElseAndEscapesNames() {
        Report report = report();
        String html = HtmlReport.of(report, charts(report));
        assertTrue(html.contains("get &lt;4 KiB&gt;"));
        assertFalse(html.contains("<4 KiB>"));
        assertFalse(html.contains("src=\"http") || html.contains("href=\"http"), "nothing is loaded from elsewhere");
        assertTrue(html.contains("data:image/png;base64,"));
    }
}
