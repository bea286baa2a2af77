package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.CommandContext;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where what go-ds-motr wrote is, and what is in it: from its own configuration, or as flags. */
final class OldIndexOptions {

    /** Values of this size end a client, see {@code docs/motr.md}. */
    private static final int DEADLY_VALUE_BYTES = 65_536;

    @Option(names = "--from", paramLabel = "FID", order = 1, description = "go-ds-motr's index.")
    @Nullable String from;

    @Option(names = "--leveldb", paramLabel = "FOLDER", order = 2, description = "The folder that lists its keys.")
    @Nullable String levelDb;

    @Option(
            names = "--record-bytes",
            paramLabel = "SIZE",
            order = 3,
            description = "The largest record in it, key and value.")
    @Nullable String recordBytes;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    StoreConfig config(CommandContext context) {
        Map<Parameter<?>, String> more = new LinkedHashMap<>();
        put(more, MotrDatastoreProvider.INDEX, from);
        put(more, MotrDatastoreProvider.LEVELDB_PATH, levelDb);
        put(more, MotrDatastoreProvider.RECORD_BYTES, recordBytes);
        more.put(MotrDatastoreProvider.FORMAT, "go-ds-motr");
        return cluster.config(context, more);
    }

    private static void put(Map<Parameter<?>, String> more, Parameter<?> parameter, @Nullable String text) {
        if (text != null) {
            more.put(parameter, text);
        }
    }

    /** The folder that lists the keys. */
    static Path folder(StoreConfig config) {
        return config.find(MotrDatastoreProvider.LEVELDB_PATH)
                .orElseThrow(() -> new MisconfiguredException(
                        "the folder that lists the keys is missing: give --leveldb, or leveldbPath in --config"));
    }

    /**
     * Refuses what the Motr at hand would not survive; nothing has been sent before.
     *
     * @param oldClient whether the user vouches for a libmotr that survives large values
     * @param why what a large value does
     */
    static void requireSurvival(StoreConfig config, boolean oldClient, String why) {
        long largest = config.find(MotrDatastoreProvider.RECORD_BYTES)
                .orElseThrow(() -> new MisconfiguredException("nothing was touched: give --record-bytes, the size of"
                        + " the largest record in the index (go-ds-motr in kubo wrote up to 257KiB, with small blocks"
                        + " less), since Motr does not tell and " + why));
        if (largest >= DEADLY_VALUE_BYTES && !oldClient) {
            throw new MisconfiguredException(
                    "nothing was touched: with records of up to " + largest + " bytes, " + why);
        }
    }

    /** Refuses an index that is missing, or in the native format. */
    static void requireOld(RawRecords records) {
        int rc = records.route().index().lookUp(records.route().timeoutNanos());
        if (rc != 0) {
            throw Errno.toException(rc, records.route().store(), "opening the old index");
        }
        if (Marker.isThere(records.route())) {
            throw new DatastoreException(
                    records.route().store() + ": this index is in the native format, not go-ds-motr's");
        }
    }
}
