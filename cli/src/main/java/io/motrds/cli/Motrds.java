package io.motrds.cli;

import io.motrds.api.Datastores;
import io.motrds.api.spi.BackendCommand;
import io.motrds.api.spi.CommandContext;
import io.motrds.api.spi.Printable;
import io.motrds.api.spi.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command {@code motrds}: its options, and what all subcommands share. */
@Command(
        name = "motrds",
        description = "Content-addressed data in a pluggable key-value datastore.",
        versionProvider = Version.class,
        commandListHeading = "%nCommands:%n",
        footer = {
            "  motrds add photo.jpg            store a file, print its CID",
            "  motrds cat CID > photo.jpg      get it back",
            "  motrds COMMAND --help           more about a command",
            "",
            "The store is the one that --config or MOTRDS_CONFIG describes; else LevelDB",
            "in the user's data folder. Exit codes: 0 ok, 1 failure, 2 usage, 3 not found."
        })
public final class Motrds extends MotrdsCommand implements CommandContext {

    /** By name, in the order in which help shows them. */
    private static final Map<String, Class<? extends MotrdsCommand>> COMMANDS = commands();

    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private final Shell shell;
    private final Output out;
    private final Progress progress;
    private boolean reported; // whether the user was told of a failure

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            order = 98,
            description = "The store's configuration: properties, YAML, JSON, or a kubo config.")
    @Nullable Path config;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 99,
            description = "Show logs and stack traces; twice for more.")
    boolean[] verbose = {};

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 101,
            description = "Show the version.")
    boolean version;

    private static Map<String, Class<? extends MotrdsCommand>> commands() {
        Map<String, Class<? extends MotrdsCommand>> commands = new LinkedHashMap<>();
        commands.put("add", AddCommand.class);
        commands.put("cat", CatCommand.class);
        commands.put("get", GetCommand.class);
        commands.put("ls", LsCommand.class);
        commands.put("block", BlockCommand.class);
        commands.put("car", CarCommand.class);
        commands.put("check", CheckCommand.class);
        commands.put("key", KeyCommand.class);
        commands.put("du", DuCommand.class);
        commands.put("serve", ServeCommand.class);
        commands.put("backends", BackendsCommand.class);
        commands.put("config", ConfigCommand.class);
        commands.put("completion", CompletionCommand.class);
        return commands;
    }

    Motrds(Shell shell) {
        this.shell = shell;
        this.out = new Output(shell.out(), shell.piped());
        this.progress = new Progress(shell, 0);
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Shell.ofProcess(), args));
    }

    /** Runs the command. */
    static int run(Shell shell, String... args) {
        Motrds motrds = new Motrds(shell);
        Class<? extends MotrdsCommand> named = args.length == 0 ? null : COMMANDS.get(args[0]);
        // Making all commands takes a good part of a cold start, so where one is named at once it is made alone.
        CommandLine line = named == null ? motrds.commandLine() : motrds.commandLine(List.of(named), List.of());
        int exitCode = line.execute(args);
        try {
            motrds.out.close();
        } catch (IOException e) {
            return motrds.reported ? exitCode : motrds.report(e);
        }
        return exitCode;
    }

    /** The whole command, with all its subcommands. */
    CommandLine commandLine() {
        ServiceLoader<BackendCommand> ofBackends =
                ServiceLoader.load(BackendCommand.class, Motrds.class.getClassLoader());
        return commandLine(COMMANDS.values(), ofBackends);
    }

    private CommandLine commandLine(
            Collection<Class<? extends MotrdsCommand>> commands, Iterable<BackendCommand> ofBackends) {
        CommandLine line = new CommandLine(this);
        commands.forEach(line::addSubcommand); // first: what follows is set in subcommands, too
        ofBackends.forEach(command -> line.addSubcommand(EveryCommand.around(command, this)));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setExpandAtFiles(false); // a file may be called @name
        line.setExecutionStrategy(this::execute);
        line.setParameterExceptionHandler((e, args) -> refuse(e));
        line.setExecutionExceptionHandler((e, at, result) -> report(e));
        return line;
    }

    private int execute(ParseResult parsed) {
        if (System.getProperty(LOG_LEVEL) == null) { // read when the first logger is made, which is later
            System.setProperty(LOG_LEVEL, List.of("error", "info", "debug").get(Math.min(verbose.length, 2)));
        }
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (StackOverflowError | OutOfMemoryError e) { // picocli hands on exceptions alone
            return report(e);
        }
    }

    /** Logs as a server does, without being asked: from the start, with times. Before the first logger is made. */
    void keepLog() {
        if (verbose.length == 0 && System.getProperty(LOG_LEVEL, "").equals("error")) {
            System.setProperty(LOG_LEVEL, "info");
        }
        if (verbose.length > 0) { // each call, without the rest that -vv shows
            System.setProperty("org.slf4j.simpleLogger.log.io.motrds.server.calls", "debug");
        }
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    }

    private int refuse(ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        StringBuilder message = new StringBuilder(String.valueOf(e.getMessage()));
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                message.append("; did you mean ")
                        .append(String.join(" or ", suggestions))
                        .append('?');
            }
            if (unmatched.isUnknownOption()) {
                message.append("; put -- before a name that starts with a dash");
            }
        }
        shell.err().println("motrds: " + Printable.text(message + "; see " + name + " --help"));
        return ExitCode.USAGE;
    }

    /** Tells the user what went wrong. */
    private int report(Throwable thrown) {
        reported = true;
        progress.clear();
        Problem problem = Problem.of(thrown);
        if (!StoreSession.processEnds() && !problem.message().isEmpty()) {
            shell.err().println("motrds: " + Printable.text(problem.message()));
            if (verbose.length > 0) {
                thrown.printStackTrace(shell.err());
            }
        }
        return problem.exitCode();
    }

    /** A line on standard error. */
    @Override
    public void warn(String text) {
        progress.clear();
        shell.err().println("motrds: " + Printable.text(text));
    }

    @Override
    public Output out() {
        return out;
    }

    @Override
    public Optional<StoreConfig> givenStore() {
        return Optional.ofNullable(configFile()).map(Datastores::read);
    }

    @Override
    public InputStream in() {
        return shell.in();
    }

    @Override
    public void line(String text) {
        progress.clear();
        out.line(Printable.text(text));
        out.show();
    }

    @Override
    public void json(Map<String, ?> fields) {
        progress.clear();
        out.json(json -> {
            for (Map.Entry<String, ?> field : fields.entrySet()) {
                json.writeObjectField(field.getKey(), field.getValue());
            }
        });
        out.show();
    }

    @Override
    public void progress(String text) {
        progress.show(Printable.text(text));
    }

    Shell shell() {
        return shell;
    }

    /** Opens the configured store. */
    StoreSession open() {
        return StoreSession.open(storeConfig());
    }

    /** The store that --config describes, or else MOTRDS_CONFIG, or else LevelDB in the user's data folder. */
    StoreConfig storeConfig() {
        Path file = configFile();
        if (file != null) {
            return Datastores.read(file);
        }
        Path folder = shell.dataFolder().resolve("motrds").resolve("datastore");
        return Datastores.read(Map.of("type", "levelds", "path", folder.toString()), folder);
    }

    /** The configuration file that was named; null when none was. */
    @Nullable Path configFile() {
        String named = shell.environment().getOrDefault("MOTRDS_CONFIG", "");
        return config == null && !named.isEmpty() ? Path.of(named) : config;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
