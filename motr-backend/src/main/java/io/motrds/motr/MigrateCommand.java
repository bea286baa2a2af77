package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves what go-ds-motr wrote into an index of the native format. */
@Command(
        name = "migrate",
        description = {
            "Copy what go-ds-motr wrote into another index, in the native format, and read it",
            "back. kubo must not be running with the plugin. The old index is only read; what",
            "the new one has already is left alone, so after an interruption start it again.",
        },
        footer = {
            "  motrds migrate 0x7800000000000123:0x2 --create --record-bytes 16KiB \\",
            "    --config ~/.ipfs/config",
            "  motrds migrate 0x7800000000000123:0x2 --dry-run --record-bytes 16KiB \\",
            "    --config ~/.ipfs/config",
        })
public final class MigrateCommand extends MotrCommand {
    private static final String DEADLY = "reading a value of 64 KiB or more ends a process whose libmotr is of 19"
            + " April 2022 or later: use the older libmotr that go-ds-motr was built with, as --library, and say so with"
            + " --old-client";

    private static final int SHOWN_PROBLEMS = 20;

    @Parameters(paramLabel = "INDEX", description = "The new index.")
    String fid = "";

    @Mixin
    OldIndexOptions old = new OldIndexOptions();

    @Option(names = "--create", order = 4, description = "Create the new index.")
    boolean create;

    @Option(names = "--dry-run", order = 5, description = "Only read, and say what would be copied.")
    boolean dryRun;

    @Option(names = "--compare", order = 6, description = "Compare what the new index has already.")
    boolean compare;

    @Option(names = "--old-client", order = 7, description = "libmotr is from before 19 April 2022.")
    boolean oldClient;

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    /** For the service loader. */
    public MigrateCommand() {}

    @Override
    public Integer call() {
        StoreConfig config = old.config(context());
        StoreConfig targetConfig = target(config);
        if (targetConfig.get(MotrDatastoreProvider.INDEX).equals(config.get(MotrDatastoreProvider.INDEX))) {
            throw new MisconfiguredException("the new index is the old one; give another");
        }
        OldIndexOptions.requireSurvival(config, oldClient, DEADLY);
        Set<Migration.Mode> modes = EnumSet.noneOf(Migration.Mode.class);
        if (dryRun) {
            modes.add(Migration.Mode.DRY_RUN);
        }
        if (compare) {
            modes.add(Migration.Mode.COMPARE);
        }
        Path folder = OldIndexOptions.folder(config);
        try (Datastore directory = GoDsMotrDatastore.openDirectory(folder, false, false);
                MotrIndex index = MotrDatastoreProvider.connect(config, config.get(MotrDatastoreProvider.INDEX))) {
            RawRecords source =
                    MotrDatastoreProvider.rawRecords(config, index, MotrDatastoreProvider.rawSizing(config));
            OldIndexOptions.requireOld(source);
            return run(source, directory, targetConfig, modes);
        }
    }

    private StoreConfig target(StoreConfig config) {
        Map<String, String> texts = new LinkedHashMap<>(ClusterOptions.texts(config));
        texts.put("type", "motrds");
        texts.put(MotrDatastoreProvider.INDEX.name(), fid);
        texts.put(MotrDatastoreProvider.FORMAT.name(), "native");
        texts.put(MotrDatastoreProvider.CREATE_INDEX.name(), Boolean.toString(create && !dryRun));
        texts.remove(MotrDatastoreProvider.RECORD_BYTES.name());
        texts.remove(MotrDatastoreProvider.LEVELDB_PATH.name());
        texts.remove(MotrDatastoreProvider.THREADS.name());
        return Datastores.read(texts, Path.of("").toAbsolutePath());
    }

    private int run(RawRecords source, Datastore directory, StoreConfig targetConfig, Set<Migration.Mode> modes) {
        try (Datastore target = mayBeMissing(targetConfig) ? null : targetConfig.open()) {
            Migration.Counts counts =
                    new Migration(source, directory, (@Nullable MotrDatastore) target, modes).run(listener());
            if (json) {
                context().json(counts.fields());
            } else {
                context().line(counts + (dryRun ? "; this was a dry run, nothing was written" : ""));
            }
            return counts.missing + counts.different > 0 ? FAILED : 0;
        }
    }

    /** Whether there is no new index yet, which a dry run does not create, nor mark as motrds's own. */
    private boolean mayBeMissing(StoreConfig targetConfig) {
        if (!dryRun) {
            return false;
        }
        Fid target = targetConfig.get(MotrDatastoreProvider.INDEX);
        try (MotrIndex index = MotrDatastoreProvider.connect(targetConfig, target)) {
            RawRecords records = MotrDatastoreProvider.rawRecords(targetConfig, index, Sizing.DEFAULT);
            int rc = index.lookUp(records.route().timeoutNanos());
            if (rc != 0 && rc != Errno.ENOENT) {
                throw Errno.toException(rc, records.route().store(), "looking for the new index");
            }
            return rc != 0 || !Marker.isThere(records.route());
        }
    }

    private Migration.Listener listener() {
        return new Migration.Listener() {
            private int problems;

            @Override
            public void at(Migration.Counts counts) {
                context().progress(counts.toString());
            }

            @Override
            public void problem(String message) {
                problems++;
                if (problems <= SHOWN_PROBLEMS) {
                    context().warn(message + (problems == SHOWN_PROBLEMS ? "; further ones are only counted" : ""));
                }
            }
        };
    }
}
