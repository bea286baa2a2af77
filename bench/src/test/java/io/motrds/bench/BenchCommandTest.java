package io.motrds.bench;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command takes, and that a whole run ends in a report. */
class BenchCommandTest {

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new BenchCommand()).setErr(new PrintWriter(err)).execute(arguments);
    }

    @Test
    void whatIsMistypedIsNamedBeforeAnythingRuns() {
        for (List<String> wrong : List.of(
                List.of("--stores", "memm"),
                List.of("--stores", "motrds"),
                List.of("--stores", "motr-c"),
                List.of("--stores", "s3-sdk"),
                List.of("--workloads", "addd"),
                List.of("--set", "mem"),
                List.of("--set", "memm.a=b"),
                List.of("--against", "mem"),
                List.of("--rounds", "0"),
                List.of("--threads", "0"),
                List.of("--file-size", "many"))) {
            assertEquals(2, run(wrong.toArray(String[]::new)), wrong.toString());
            String said = err.toString();
            assertTrue(said.contains(wrong.get(1)) || said.contains(wrong.get(0)), said);
            err.getBuffer().setLength(0);
        }
    }

    @Test
    void sizesHaveUnits() {
        assertEquals(98_387_886, Size.parse("93.83MiB"));
        assertEquals(256 << 10, Size.parse("256 KiB"));
        assertEquals("93.83 MiB", Size.text(98_387_886));
        assertEquals("256 KiB", Size.text(256 << 10));
        assertThrows(IllegalArgumentException.class, () -> Size.parse("0"));
        assertThrows(IllegalArgumentException.class, () -> Size.parse("5GiB"));
    }

    @Test
    void placesOfAContestantAreItsOwn(@TempDir Path scratch) throws Exception {
        Contestant levelds = new Contestants(scratch).require("levelds");
        try (Contestant.Opened first = levelds.open();
                Contestant.Opened second = levelds.open()) {
            assertTrue(!first.folder().equals(second.folder()));
        }
        try (var left = Files.list(scratch)) {
            assertEquals(0, left.count(), "closed contestants leave nothing behind");
        }
    }

    private List<String> wrongDefinition(String... arguments) {
        err.getBuffer().setLength(0);
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--list");
        assertEquals(2, run(line.toArray(String[]::new)));
        return err.toString().lines().toList();
    }

    @Test
    void aDefinitionThatIsWrongIsRefusedWithWhatIsWrong(@TempDir Path folder) throws Exception {
        Path good = Files.writeString(folder.resolve("good.json"), "{\"type\": \"mem\"}");
        Path bad = Files.writeString(folder.resolve("bad.properties"), "datastore.type = levelds\ndatastore.pth = a");
        assertEquals(0, run("--define", "mine=" + good, "--list"));
        assertTrue(wrongDefinition("--define", "mine").get(0).contains("NAME=FILE"));
        assertTrue(wrongDefinition("--define", "a.b=" + good).get(0).contains("a.b"));
        assertTrue(wrongDefinition("--define", "mem=" + good).get(0).contains("a store of this name already"));
        assertTrue(wrongDefinition("--define", "mine=" + bad).get(0).contains("did you mean path?"));
        String absent = folder.resolve("absent.json").toString();
        assertTrue(wrongDefinition("--define", "mine=" + absent).get(0).contains("no such configuration file"));
    }

    private static final String LAYERS = """
            {"type": "mount", "mounts": [
              {"mountpoint": "/blocks", "type": "measure", "prefix": "bench", "child": {"type": "levelds", "path": "%s"}},
              {"mountpoint": "/", "type": "mem"}]}""";

    @Test
    void aDefinedStoreOfStoresIsComparedAndStartsEmpty(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("layers.json"), LAYERS.formatted("data"));
        Path out = folder.resolve("out");
        int status = run(
                "--quick",
                "--define",
                "layers=" + file,
                "--stores",
                "layers,mem,levelds",
                "--workloads",
                "put,get",
                "--threads",
                "2",
                "--values",
                "1KiB",
                "--out",
                out.toString(),
                "--scratch",
                folder.resolve("scratch").toString());
        Report report = Report.readJson(out.resolve("report.json"));
        assertEquals(List.of(), report.notRun());
        assertEquals(0, status);
        assertEquals(
                "mount(measure(levelds), mem) of layers.json",
                report.contestants().get("layers"));
        for (Result result : report.results()) {
            assertEquals(Set.of("layers", "mem", "levelds"), result.figures().keySet());
            assertTrue(
                    result.ratios().stream()
                            .anyMatch(ratio ->
                                    ratio.of().equals("layers") && ratio.to().equals("mem")),
                    result.ratios().toString());
        }
        assertTrue(report.command().contains("--define layers=layers.json"), report.command());
    }

    @Test
    void aDefinedStoreWhosePlaceStaysTheSameIsRefusedOnceItHoldsSomething(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("fixed.json"), LAYERS.formatted(folder.resolve("data")));
        Contestants known = new Contestants(folder.resolve("scratch"));
        Contestant fixed = known.require(known.define("fixed=" + file));
        try (Contestant.Opened opened = fixed.open()) {
            opened.store().put(Key.of("/blocks/a"), new byte[1]);
        }
        IllegalStateException refused = assertThrows(IllegalStateException.class, fixed::open);
        assertTrue(requireNonNull(refused.getMessage()).contains("not empty"), refused.getMessage());
        Path place = folder.resolve("place");
        assertThrows(IllegalStateException.class, () -> fixed.freshParameters(place));
        known.set("fixed.mounts.0.child.path={folder}/data");
        assertEquals(
                place.resolve("data/data").toString(),
                known.require("fixed").freshParameters(place).get("mounts.0.child.path"));
        try (Contestant.Opened opened = known.require("fixed").open()) {
            assertFalse(opened.store().has(Key.of("/blocks/a")));
        }
    }

    @Test
    void aDefinedStoreThatKeepsFilesIsReadFromThem(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("kept.properties"), "type = levelds\npath = data");
        Contestants known = new Contestants(folder.resolve("scratch"));
        Contestant.Opened opened = known.require(known.define("kept=" + file)).open();
        opened.store().put(Key.of("/a"), new byte[1]);
        try (Contestant.Opened again = opened.settled()) {
            assertNotSame(opened.store(), again.store());
            assertTrue(again.store().has(Key.of("/a")));
        }
    }

    @Test
    void aShortRunOfLocalStoresEndsInAReportThatCanBeDrawnAgain(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        String[] arguments = {
            "--quick",
            "--stores",
            "mem,map,levelds,leveldb,rocksdb",
            "--workloads",
            "read,has,list",
            "--threads",
            "2",
            "--values",
            "1KiB",
            "--out",
            out.toString(),
            "--scratch",
            folder.resolve("scratch").toString()
        };
        assertEquals(0, run(arguments));
        Report report = Report.readJson(out.resolve("report.json"));
        assertEquals(3, report.results().size());
        assertTrue(report.results().stream().allMatch(result -> result.figures().size() >= 5));
        Path again = folder.resolve("again");
        assertEquals(0, run("--render", out.resolve("report.json").toString(), "--out", again.toString()));
        assertEquals(Files.readString(out.resolve("report.html")), Files.readString(again.resolve("report.html")));
    }

    @Test
    void eachKindOfWorkIsInAllFormsOfTheReport(@TempDir Path out, @TempDir Path scratch) throws Exception {
        List<String> work = List.of("add", "batch", "put", "get", "size", "growth");
        int status;
        System.setProperty("motrds.bench.versions", "one=1.0;two=2.0");
        try {
            status = run(
                    "--stores",
                    "mem,motrds-fake",
                    "--against",
                    "motrds-fake/mem",
                    "--workloads",
                    String.join(",", work),
                    "--rounds",
                    "1",
                    "--seconds",
                    "0.001",
                    "--file-size",
                    "1MiB",
                    "--batch-size",
                    "2MiB",
                    "--threads",
                    "2",
                    "--values",
                    "1KiB",
                    "--grow-to",
                    "1000",
                    "--out",
                    out.toString(),
                    "--scratch",
                    scratch.toString());
        } finally {
            System.clearProperty("motrds.bench.versions");
        }
        Report report = Report.readJson(out.resolve("report.json"));
        assertEquals(List.of(), report.notRun());
        assertEquals(0, status);
        assertEquals(Map.of("one", "1.0", "two", "2.0"), report.machine().versions());
        assertTrue(report.machine().cores() > 0 && report.machine().java().contains("" + Runtime.version()));
        String markdown = Files.readString(out.resolve("report.md"));
        String html = Files.readString(out.resolve("report.html"));
        String ratios = Files.readString(out.resolve("ratio-motrds-fake-mem.svg"));
        assertTrue(markdown.contains("one 1.0, two 2.0") && html.contains("two 2.0"));
        for (String each : work.subList(0, 5)) {
            List<Result> found = report.results().stream()
                    .filter(result -> kind(result).equals(each))
                    .toList();
            assertFalse(found.isEmpty(), each);
            for (Result result : found) {
                assertTrue(result.figures().keySet().containsAll(Set.of("mem", "motrds-fake")), result.toString());
                assertTrue(markdown.contains("## " + result.workload() + "\n"), markdown);
                assertTrue(html.contains(result.workload()), result.workload());
                assertTrue(ratios.contains(result.workload()), ratios);
            }
        }
        assertEquals(
                Set.of("mem", "motrds-fake"),
                report.growth().stream().map(Report.Growth::store).collect(Collectors.toSet()));
        assertTrue(markdown.contains("## Growth"));
        for (String chart : List.of("ratio-motrds-fake-mem", "growth-get", "growth-put-new-key-requests")) {
            BufferedImage drawn =
                    requireNonNull(ImageIO.read(out.resolve(chart + ".png").toFile()), chart);
            assertEquals(1920, drawn.getWidth());
            String svg = Files.readString(out.resolve(chart + ".svg"));
            assertTrue(svg.startsWith("<svg") && svg.contains("motrds-fake") && !svg.contains("NaN"), svg);
            assertTrue(html.contains(svg), chart);
        }
    }

    /** Writing and reading blocks are both of the workload {@code batch}. */
    private static String kind(Result result) {
        return result.workload().contains("blocks")
                ? "batch"
                : result.workload().split("[ ,]", 2)[0];
    }
}
