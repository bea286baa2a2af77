package io.motrds.motr;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.spi.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the folder that lists go-ds-motr's keys anew, from the index itself. */
@Command(
        name = "reindex",
        description = {
            "Make the LevelDB folder that lists go-ds-motr's keys anew, from the index. The",
            "old folder stays beside it, with .old behind its name. Needs a running Motr, and",
            "no record of 64 KiB or more in the index.",
        },
        footer = {"  motrds reindex --record-bytes 16KiB --config ~/.ipfs/config"})
public final class ReindexCommand extends MotrCommand {
    private static final String DEADLY =
            "listing a value of 64 KiB or more ends this process, in every version of Motr";

    @Mixin
    OldIndexOptions old = new OldIndexOptions();

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    /** For the service loader. */
    public ReindexCommand() {}

    @Override
    public Integer call() throws IOException {
        StoreConfig config = old.config(context());
        OldIndexOptions.requireSurvival(config, false, DEADLY);
        Path folder = OldIndexOptions.folder(config);
        Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
        Path before = folder.resolveSibling(folder.getFileName() + ".old");
        if (Files.exists(before)) {
            throw new DatastoreException(before + " exists, from an earlier reindex: move it away first");
        }
        deleteFolder(fresh);
        long[] found = list(config, folder, fresh);
        if (Files.exists(folder)) {
            Files.move(folder, before);
        }
        Files.move(fresh, folder);
        if (json) {
            context().json(Map.of("keys", found[0], "others", found[1]));
        } else {
            context()
                    .line(found[0] + " keys listed in " + folder
                            + (found[1] > 0 ? "; " + found[1] + " records are no datastore's" : ""));
        }
        return 0;
    }

    private long[] list(StoreConfig config, Path folder, Path fresh) throws IOException {
        // the old list stays open meanwhile, so that nobody else writes to the index
        try (Datastore held = Files.exists(folder) ? openDamaged(folder) : null;
                MotrIndex index = MotrDatastoreProvider.connect(config, config.get(MotrDatastoreProvider.INDEX));
                Datastore directory = GoDsMotrDatastore.openDirectory(fresh, true, false)) {
            RawRecords source =
                    MotrDatastoreProvider.rawRecords(config, index, MotrDatastoreProvider.rawSizing(config));
            OldIndexOptions.requireOld(source);
            return Migration.list(source, directory, count -> context().progress(count + " keys"));
        }
    }

    /** Opens the old list; null when it is damaged, which may be why it is made anew. */
    private @Nullable Datastore openDamaged(Path folder) {
        try {
            return GoDsMotrDatastore.openDirectory(folder, true, false);
        } catch (CorruptDataException e) {
            context().warn("the old list is damaged and is replaced: " + e.getMessage());
            return null;
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
