package io.motrds.cli;

import io.motrds.api.spi.StoreConfig;
import io.motrds.server.Serving;
import io.motrds.server.Settings;
import io.motrds.server.wire.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves the store to other programs. */
@Command(
        name = "serve",
        description = {
            "Serve the store over gRPC to other programs of this machine, until SIGTERM or",
            "Ctrl-C; a second one ends it at once. Prints a line when it serves."
        },
        footer = {
            "  motrds serve --config motrds.properties --listen unix:/run/motrds/socket",
            "  motrds serve --listen 127.0.0.1:7200 --http 127.0.0.1:9464",
            "",
            "Exit code 75: the store was away for longer than --end-when-away says."
        })
final class ServeCommand extends MotrdsCommand {

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "ADDRESS",
            description = {
                "unix:PATH, whose folder nobody else may enter, or a loopback",
                "address such as 127.0.0.1:7200; port 0 takes a free one."
            })
    String listen = "";

    @Option(names = "--http", paramLabel = "ADDRESS", description = "A loopback address for /metrics and /healthz.")
    @Nullable String http;

    @Option(names = "--max-calls", paramLabel = "N", description = "Calls at once (default: ${DEFAULT-VALUE}).")
    int maxCalls = Settings.defaults().maxCalls();

    @Option(
            names = "--max-message",
            paramLabel = "BYTES",
            description = "The largest request (default: ${DEFAULT-VALUE}).")
    int maxMessage = Settings.defaults().maxMessageBytes();

    @Option(
            names = "--max-batches",
            paramLabel = "BYTES",
            description = "All open batches together (default: a quarter of the memory).")
    long maxBatches = Settings.defaults().maxBatchBytes();

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            description = "A stream that its client leaves alone so long ends (default: ${DEFAULT-VALUE}).")
    long idle = Settings.defaults().idle().toSeconds();

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "How long to wait for calls when told to stop (default: ${DEFAULT-VALUE}).")
    long drain = Settings.defaults().drain().toSeconds();

    @Option(
            names = "--end-when-away",
            paramLabel = "SECONDS",
            description = {
                "End with exit code 75 when the store was away for so long, for a",
                "supervisor that starts the command again (default: never)."
            })
    long endWhenAway;

    @Option(
            names = "--child",
            description = {
                "End when standard input ends, as it does when the parent process",
                "goes; SIGINT and SIGHUP are left to the parent."
            })
    boolean child;

    @Override
    public Integer call() {
        motrds().keepLog();
        Serving.Options options = options();
        StoreConfig store = motrds().storeConfig();
        return Serving.run(store::open, options, this::print);
    }

    /** What the options say. */
    Serving.Options options() {
        UsageException.requireNotNegative("--end-when-away", endWhenAway);
        String httpAddress = http;
        try {
            return new Serving.Options(
                    Endpoint.parse(listen),
                    httpAddress == null ? null : loopback(httpAddress),
                    new Settings(maxCalls, maxMessage, maxBatches, Duration.ofSeconds(idle), Duration.ofSeconds(drain)),
                    Duration.ofSeconds(endWhenAway),
                    child ? motrds().shell().in() : null);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Endpoint.Loopback loopback(String text) {
        if (Endpoint.parse(text) instanceof Endpoint.Loopback loopback) {
            return loopback;
        }
        throw new UsageException("--http takes a loopback address such as 127.0.0.1:9464, not " + text);
    }

    /** At once, since who started this waits for it. */
    private void print(Endpoint endpoint, Endpoint.@Nullable Loopback metrics) {
        out().line("serving at " + endpoint + (metrics == null ? "" : ", metrics at http://" + metrics + "/metrics"));
        out().show();
    }
}
