package io.motrds.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
}
