package io.motrds.motr;

import io.motrds.api.InvalidKeyException;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import io.motrds.motr.Request.IndexRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Works on single records, as go-ds-motr's own command did. */
@Command(
        name = "store",
        description = {
            "Read, write or delete a single record of an index, as go-ds-motr's own command",
            "did: without VALUE it is read. This knows nothing of datastore keys, nor of the",
            "folder that lists them; for those there is motrds key.",
        },
        footer = {
            "  motrds store 0x7800000000000123:0x1 foo bar --config motr.properties",
            "  motrds store 0x7800000000000123:0x1 foo --config motr.properties",
            "  motrds store 0x7800000000000123:0x1 foo -s -L inet:tcp:10.0.0.1@22501 \\",
            "    -H inet:tcp:10.0.0.1@22001 -P 0x7200000000000001:0x3 -C 0x7000000000000001:0",
        })
public final class StoreCommand extends MotrCommand {

    @Parameters(index = "0", paramLabel = "INDEX", description = "The index.")
    String fid = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "The record's name.")
    String key = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "VALUE", description = "The value to write, as UTF-8.")
    @Nullable String value;

    @ArgGroup
    Action action = new Action();

    /** What to do instead of reading or writing. */
    static final class Action {
        @Option(
                names = {"-d", "--delete"},
                description = "Delete the record.")
        boolean delete;

        @Option(
                names = {"-s", "--size"},
                description = "Print the size of the value in bytes.")
        boolean size;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "Write the value from a file, - for standard input.")
        @Nullable Path file;
    }

    @Option(
            names = {"-u", "--update"},
            description = "Replace the value, if there is one already.")
    boolean update;

    @Option(
            names = "--record-bytes",
            paramLabel = "SIZE",
            order = 20,
            description = "The largest record that this Motr takes, 16KiB by default.")
    @Nullable String recordBytes;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    /** For the service loader. */
    public StoreCommand() {}

    @Override
    public Integer call() throws IOException {
        boolean writes = value != null || action.file != null;
        if (value != null && (action.file != null || action.delete || action.size)) {
            throw mistake("VALUE goes with none of -d, -s and -f");
        }
        if (update && !writes) {
            throw mistake("-u needs a value, as VALUE or with -f");
        }
        Map<Parameter<?>, String> more = new LinkedHashMap<>();
        more.put(MotrDatastoreProvider.INDEX, fid);
        if (recordBytes != null) {
            more.put(MotrDatastoreProvider.RECORD_BYTES, recordBytes);
        }
        StoreConfig config = cluster.config(context(), more);
        byte[] bytes = writes ? value(MotrDatastoreProvider.rawSizing(config)) : new byte[0];
        checkKey();
        try (MotrIndex index = MotrDatastoreProvider.connect(config, config.get(MotrDatastoreProvider.INDEX))) {
            RawRecords records =
                    MotrDatastoreProvider.rawRecords(config, index, MotrDatastoreProvider.rawSizing(config));
            if (config.get(MotrDatastoreProvider.CLIENT).startsWith("fake")) {
                requireSuccess(index.create(records.route().timeoutNanos()), records); // it has none yet
            }
            if (writes) {
                return write(records, bytes);
            }
            return action.delete ? delete(records) : read(records);
        }
    }

    private byte[] name() {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] recordKey() {
        return RecordName.toRecordKey(name());
    }

    private void checkKey() {
        int length = name().length;
        if (length == 0 || length > GoDsMotrDatastore.MAX_KEY_BYTES) {
            throw new InvalidKeyException(
                    "a key of " + length + " bytes is refused; allowed are 1 to " + GoDsMotrDatastore.MAX_KEY_BYTES);
        }
    }

    private byte[] value(Sizing sizing) throws IOException {
        int limit = sizing.recordBytes() - RecordName.EXTRA_BYTES - name().length;
        byte[] bytes;
        if (value != null) {
            bytes = value.getBytes(StandardCharsets.UTF_8);
        } else {
            Path file = String.valueOf(action.file).equals("-") ? null : action.file;
            try (InputStream in = file == null ? context().in() : Files.newInputStream(file)) {
                bytes = in.readNBytes(Math.max(0, limit) + 1);
            }
        }
        if (bytes.length > limit) {
            throw new ValueTooLargeException("the value is over the limit of " + limit + " bytes: a larger record"
                    + " could end the Motr server; --record-bytes says what this one takes");
        }
        return bytes;
    }

    private int write(RawRecords records, byte[] bytes) {
        if (Marker.isThere(records.route())) {
            throw new RefusedInputException(records.route().store() + ": the index is in motrds's native format, which"
                    + " a raw record would damage: use motrds key put");
        }
        IndexRecord record = IndexRecord.of(recordKey(), bytes);
        int[] rc = new int[1];
        if (update) {
            records.put(List.of(record), true, true, (place, code) -> rc[0] = code);
        } else {
            rc[0] = records.create(record);
        }
        if (rc[0] == Errno.EEXIST) {
            context().warn("there is a record " + key + " already; -u replaces it");
            return FAILED;
        }
        requireSuccess(rc[0], records);
        return 0;
    }

    private int read(RawRecords records) throws IOException {
        byte[] found = records.get(recordKey());
        if (found == null) {
            return notFound();
        }
        if (json) {
            context().json(Map.of("key", key, "size", found.length));
        } else if (action.size) {
            context().line(String.valueOf(found.length));
        } else {
            context().out().write(found);
        }
        return 0;
    }

    /** Deletes, after a look at the value: one that is too large to be deleted would end the server. */
    private int delete(RawRecords records) {
        byte[] found = records.get(recordKey());
        if (found == null) {
            return notFound();
        }
        int limit = records.sizing().deletedBytes();
        if (found.length > limit) {
            throw new RefusedInputException("deleting a value of " + found.length + " bytes could end the Motr server;"
                    + " the limit is " + limit + ", deletedBytes in the configuration");
        }
        int[] rc = new int[1];
        records.delete(List.of(recordKey()), true, (place, code) -> rc[0] = code);
        if (rc[0] == Errno.ENOENT) {
            return notFound();
        }
        requireSuccess(rc[0], records);
        return 0;
    }

    private int notFound() {
        context().warn("no record " + key + " in index " + fid);
        return NOT_FOUND;
    }

    private static void requireSuccess(int rc, RawRecords records) {
        if (rc != 0 && rc != Errno.EEXIST) {
            throw Errno.toException(rc, records.route().store(), "writing the record");
        }
    }
}
