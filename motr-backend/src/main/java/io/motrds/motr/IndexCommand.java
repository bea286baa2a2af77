package io.motrds.motr;

import io.motrds.api.spi.StoreConfig;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates, deletes, or looks for an index. */
@Command(
        name = "index",
        description = {
            "Create or delete an index of Motr; without either, say whether it exists (exit",
            "code 0 or 3). --delete deletes everything in it, and does not ask."
        },
        footer = {
            "  motrds index 0x7800000000000123:0x1 --create -L inet:tcp:10.0.0.1@22501 \\",
            "    -H inet:tcp:10.0.0.1@22001 -P 0x7200000000000001:0x3 -C 0x7000000000000001:0",
            "  motrds index 0x7800000000000123:0x1 --config motr.properties"
        })
public final class IndexCommand extends MotrCommand {

    @Parameters(paramLabel = "FID", description = "The index; its top byte is 0x78.")
    String fid = "";

    @ArgGroup
    Action action = new Action();

    /** What to do; nothing is to look. */
    static final class Action {
        @Option(names = "--create", description = "Create it; one that exists stays as it is.")
        boolean create;

        @Option(names = "--delete", description = "Delete it, with everything in it.")
        boolean delete;
    }

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    /** For the service loader. */
    public IndexCommand() {}

    @Override
    public Integer call() {
        StoreConfig config = cluster.config(context(), Map.of(MotrDatastoreProvider.INDEX, fid));
        long timeout = config.get(MotrDatastoreProvider.TIMEOUT).toNanos();
        try (MotrIndex index = MotrDatastoreProvider.connect(config, config.get(MotrDatastoreProvider.INDEX))) {
            if (action.create) {
                return report(config, index.create(timeout), Errno.EEXIST, "created", "exists already", 0);
            }
            int rc = action.delete ? index.drop(timeout) : index.lookUp(timeout);
            return report(config, rc, Errno.ENOENT, action.delete ? "deleted" : "exists", "does not exist", NOT_FOUND);
        }
    }

    /** Tells what was done, or that there was nothing to do, and fails with any other code. */
    private int report(StoreConfig config, int rc, int nothingToDo, String done, String instead, int exitCode) {
        if (rc != 0 && rc != nothingToDo) {
            throw Errno.toException(rc, MotrDatastoreProvider.nameOf(config), "working on the index");
        }
        String state = rc == 0 ? done : instead;
        String index = config.get(MotrDatastoreProvider.INDEX).toString();
        if (json) {
            context().json(Map.of("index", index, "state", state));
        } else {
            context().line("index " + index + " " + state);
        }
        return rc == 0 ? 0 : exitCode;
    }
}
