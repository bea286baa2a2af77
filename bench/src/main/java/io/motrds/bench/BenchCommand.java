package io.motrds.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench/run}. */
@Command(
        name = "bench/run",
        sortOptions = false,
        usageHelpWidth = 110,
        description =
                "Compares stores side by side: the same work, by turns, with what the machine could do beside it.",
        footer = {
            "",
            "Examples:",
            "  bench/run --quick",
            "  bench/run --stores levelds --define measured=measured.json --workloads put",
            "  bench/run --stores levelds,leveldb,rocksdb --workloads put,get --values 4KiB --threads 1,8",
            "  bench/run --render bench/target/report/report.json"
        })
final class BenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "NAME",
            description = "What to compare (default: ${DEFAULT-VALUE}); --list shows the names.",
            defaultValue = "mem,map,levelds,leveldb,rocksdb")
    List<String> stores = List.of();

    @Option(
            names = "--define",
            paramLabel = "NAME=FILE",
            description = "Compare the store of a motrds configuration file, too, with the first other one of --stores."
                    + " It must be empty whenever it is opened: relative paths start from a new folder each time, and"
                    + " {folder}, {id} and {number} in a parameter are new, too.")
    List<String> definitions = List.of();

    @Option(
            names = "--set",
            paramLabel = "STORE.PARAM=VALUE",
            description = "Set a parameter of a store, as in --set motrds.haxAddr=inet:tcp:127.0.0.1@6001.")
    List<String> assignments = List.of();

    @Option(
            names = "--against",
            paramLabel = "STORE/STORE",
            description = "Compare the first with the second, besides the comparisons that --list shows.")
    List<String> comparisons = List.of();

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "NAME",
            description = "What to measure (default: all); --list shows the names.")
    List<String> workloads = Workloads.NAMES;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}); adding and reading files take more, up to 12,"
                    + " until each store has moved 1 GiB.")
    int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.5",
            description = "How long a run lasts at least (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            names = "--file-size",
            paramLabel = "SIZE",
            defaultValue = "93.83MiB",
            converter = SizeConverter.class,
            description = "The file that is added and read (default: ${DEFAULT-VALUE}).")
    int fileBytes;

    @Option(
            names = "--batch-size",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            converter = SizeConverter.class,
            description = "Blocks that batches write and read in all (default: ${DEFAULT-VALUE}).")
    int batchBytes;

    @Option(
            names = "--values",
            split = ",",
            paramLabel = "SIZE",
            defaultValue = "4KiB,256KiB",
            converter = SizeConverter.class,
            description = "Values of single puts and gets (default: ${DEFAULT-VALUE}).")
    List<Integer> values = List.of();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,8,32",
            description = "Threads of single operations (default: ${DEFAULT-VALUE}).")
    List<Integer> threads = List.of();

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Keys that are listed (default: ${DEFAULT-VALUE}).")
    int keys;

    @Option(
            names = "--grow-to",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Keys up to which growth is measured; S3 to a tenth (default: ${DEFAULT-VALUE}).")
    int growTo;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "25",
            description = "When the time is up, rounds are cut to three and no further workload begins"
                    + " (default: ${DEFAULT-VALUE}).")
    int minutes;

    @Option(
            names = "--command",
            paramLabel = "FILE",
            description = "The motrds command that cold starts run; bench/run gives that of this source tree.")
    Path command = Path.of("motrds");

    @Option(
            names = "--full",
            description = "All stores: starts Ceph RGW (bench/rgw) and, when MOTR_PREFIX is set, a Motr cluster"
                    + " (bench/motr/cluster), and ends them afterwards.")
    boolean full;

    @Option(
            names = "--rgw",
            description = "Start Ceph RGW on a disk (bench/rgw) for s3ds and s3-sdk, and remove it afterwards.")
    boolean rgw;

    @Option(
            names = "--motr",
            description = "Start a Motr cluster (bench/motr/cluster) for motrds, and remove it afterwards; needs"
                    + " MOTR_PREFIX.")
    boolean motr;

    @Option(
            names = "--quick",
            description =
                    "Small and short, to see that it works: 2 rounds of 0.1 s, 8 MiB, 1,000 keys; nothing is quoted.")
    boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "bench/target/report",
            description = "Where the report is written (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Option(
            names = "--scratch",
            paramLabel = "FOLDER",
            defaultValue = "bench/target/scratch",
            description = "Where stores keep their files meanwhile (default: ${DEFAULT-VALUE}).")
    Path scratch = Path.of("");

    @Option(
            names = "--render",
            paramLabel = "REPORT.json",
            description = "Measure nothing; draw an earlier report again.")
    @Nullable Path render;

    @Option(names = "--list", description = "Show the stores and workloads.")
    boolean list;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    private final PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Sizes with units. */
    static final class SizeConverter implements CommandLine.ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return Size.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws Exception {
        Contestants known = new Contestants(scratch.toAbsolutePath());
        List<String> defined = defined(known);
        if (list) {
            showNames(known);
            return 0;
        }
        if (render != null) {
            write(Report.readJson(render));
            return 0;
        }
        if (full) {
            chooseAll();
        }
        Contestants configured = configured(known, defined);
        Report report;
        try (LocalServers servers = new LocalServers(scratch.toAbsolutePath())) {
            if (rgw) {
                servers.startRgw(configured);
            }
            if (motr) {
                servers.startMotr(configured);
            }
            report = measure(stores.stream().map(configured::require).toList());
        }
        write(report);
        return report.notRun().isEmpty() ? 0 : 3;
    }

    /** Every kind of store that this machine can run. */
    private void chooseAll() {
        rgw = true;
        motr = System.getenv("MOTR_PREFIX") != null;
        String others = "s3ds s3-sdk mem map levelds leveldb rocksdb levelds-sync leveldb-sync rocksdb-sync";
        stores = List.of(((motr ? "motrds motr-c " : "") + others).split(" ", -1));
    }

    private List<String> defined(Contestants known) {
        try {
            return definitions.stream().map(known::define).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Checks all that can be checked before anything runs. */
    private Contestants configured(Contestants known, List<String> defined) {
        try {
            require(rounds >= 1 && rounds <= 1000, "--rounds must be 1 to 1000");
            require(
                    !motr || System.getenv("MOTR_PREFIX") != null,
                    "--motr needs MOTR_PREFIX, the folder that Motr was installed into");
            require(seconds > 0 && seconds <= 60, "--seconds must be above 0 and at most 60");
            require(minutes >= 1 && minutes <= 1440, "--minutes must be 1 to 1440");
            require(growTo >= 1_000 && growTo <= 10_000_000, "--grow-to must be 1000 to 10000000");
            require(keys >= 1 && keys <= 10_000_000, "--keys must be 1 to 10000000");
            require(
                    threads.stream().allMatch(count -> count >= 1 && count <= 256),
                    "--threads must be numbers from 1 to 256");
            assignments.forEach(known::set);
            for (String comparison : comparisons) {
                String[] both = comparison.split("/", -1);
                require(both.length == 2, "write --against STORE/STORE, not " + comparison);
                known.compare(both[0], both[1]);
            }
            Set<String> taking = new LinkedHashSet<>(stores);
            taking.addAll(defined);
            stores = List.copyOf(taking);
            for (String store : stores) {
                requireServer(known.require(store));
            }
            for (String name : defined) {
                stores.stream()
                        .filter(other -> !other.equals(name))
                        .findFirst()
                        .ifPresent(other -> known.compare(name, other));
            }
            workloads.forEach(sizes()::named);
            return known;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** What would else only be seen when its turn comes. */
    private void requireServer(Contestant store) {
        Set<String> given = store.parameters().keySet();
        switch (store.name()) {
            case "motrds" ->
                require(
                        motr || given.contains("haxAddr") || given.contains("client"),
                        "motrds needs a cluster: --motr starts one, --set motrds.haxAddr=... and the like name one");
            case "motr-c" -> require(motr || given.contains("program"), "motr-c needs the cluster that --motr starts");
            case "s3ds" ->
                require(
                        rgw
                                || given.contains("regionEndpoint")
                                || given.contains("region")
                                || System.getenv("AWS_REGION") != null,
                        "s3ds needs a server: --rgw starts one, --set s3ds.regionEndpoint=... names one, and"
                                + " --set s3ds.region=... means AWS");
            case "s3-sdk" ->
                require(
                        rgw || given.contains("regionEndpoint"),
                        "s3-sdk needs a server: --rgw starts one, --set s3-sdk.regionEndpoint=... names one");
            default -> {}
        }
    }

    private Workloads sizes() {
        return quick
                ? new Workloads(8 << 20, 8 << 20, values, threads, 1_000, command)
                : new Workloads(fileBytes, batchBytes, values, threads, keys, command);
    }

    private Report measure(List<Contestant> taking) throws Exception {
        long start = System.nanoTime();
        Progress progress = new Progress(System.err, Boolean.getBoolean("motrds.bench.terminal"));
        long deadline = start + minutes * 60_000_000_000L;
        Alternation alternation =
                quick ? new Alternation(1, 2, 0.1, deadline) : new Alternation(1, rounds, seconds, deadline);
        Benchmark benchmark = new Benchmark(taking, alternation, progress, scratch);
        List<Workload> all = new ArrayList<>();
        workloads.forEach(name -> all.addAll(sizes().named(name)));
        progress.expect(all.size() + 3);
        Map<String, Summary> yardsticks = benchmark.yardsticks();
        Started begun =
                new Started(Instant.now().truncatedTo(ChronoUnit.SECONDS), start, taking, benchmark, yardsticks);
        for (Workload workload : all) {
            Result result = benchmark.measure(workload, Workloads.beside(workload));
            progress.clear();
            terminal.print(TerminalTable.of(result));
            terminal.println(TerminalTable.machine(yardsticks));
            keep(report(begun, List.of(), List.of())); // so that what was measured outlives what comes
        }
        List<Report.Growth> growth =
                workloads.contains("growth") ? benchmark.growth(quick ? 10_000 : growTo) : List.of();
        keep(report(begun, growth, List.of()));
        progress.begin("small pieces");
        List<Report.Piece> pieces = workloads.contains("pieces")
                ? JmhRun.all(quick, scratch, begun.benchmark().notRun()::add)
                : List.of();
        progress.clear();
        return report(begun, growth, pieces);
    }

    /** A run under way. */
    private record Started(
            Instant at, long nanos, List<Contestant> taking, Benchmark benchmark, Map<String, Summary> yardsticks) {}

    private Report report(Started begun, List<Report.Growth> growth, List<Report.Piece> pieces) throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        begun.taking().forEach(each -> notes.put(each.name(), each.note()));
        return new Report(
                begun.at().toString(),
                (System.nanoTime() - begun.nanos()) / 60e9,
                String.join(" ", commandLine()),
                Machine.here(scratch),
                notes,
                begun.yardsticks(),
                begun.benchmark().results(),
                growth,
                pieces,
                begun.benchmark().notRun());
    }

    private void keep(Report report) throws IOException {
        Files.createDirectories(out);
        report.writeJson(out.resolve("report.json"));
    }

    /** The options as they were given, but for folders, which say nothing to others, and values that could be secret. */
    private List<String> commandLine() {
        List<String> told = new ArrayList<>();
        Iterator<String> given =
                spec.commandLine().getParseResult().originalArgs().iterator();
        while (given.hasNext()) {
            String each = given.next();
            String option = each.split("=", 2)[0];
            if (List.of("--command", "--out", "--scratch").contains(option)) {
                if (option.equals(each) && given.hasNext()) {
                    given.next();
                }
            } else if (option.equals("--define")) {
                String definition = option.equals(each) ? given.next() : each.substring(option.length() + 1);
                told.add(option + " " + definition.replaceFirst("=.*/", "="));
            } else {
                told.add(each.toLowerCase(Locale.ROOT).contains("key=") ? "****" : each);
            }
        }
        return told;
    }

    private void write(Report report) throws IOException {
        keep(report);
        Files.writeString(out.resolve("report.md"), Markdown.of(report));
        List<Chart> charts = new ArrayList<>(RatioChart.of(report));
        charts.addAll(GrowthChart.of(report));
        for (Chart chart : charts) {
            Files.writeString(out.resolve(chart.name() + ".svg"), chart.svg());
            Files.write(out.resolve(chart.name() + ".png"), chart.png());
        }
        Files.writeString(out.resolve("report.html"), HtmlReport.of(report, charts));
        report.notRun().forEach(each -> terminal.println("not run: " + each));
        terminal.println("report: " + out.resolve("report.html").toAbsolutePath());
    }

    private void showNames(Contestants known) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("store", "compared with", "what it is"));
        known.all().forEach(each -> rows.add(List.of(each.name(), String.join(" ", each.against()), each.note())));
        terminal.println(TerminalTable.aligned(rows));
        terminal.println("workloads: " + String.join(", ", Workloads.NAMES));
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand()).execute(arguments));
    }
}
