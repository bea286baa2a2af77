package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import io.motrds.motr.jna.NativeMotr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The type {@code motrds}. The first parameters have the names that go-ds-motr gave them. */
public final class MotrDatastoreProvider implements DatastoreProvider {

    private static final Logger LOG = LoggerFactory.getLogger(MotrDatastoreProvider.class);
    private static final long MAX_RECORD_BYTES = 64L << 20;
    private static final Pattern ENDPOINT = Pattern.compile("inet:tcp:[0-9A-Za-z.\\-]{1,200}@[0-9]{1,5}");

    static final Parameter<String> HAX_ADDR =
            endpoint("haxAddr", "endpoint of the cluster's HA service (hax)").optional();
    static final Parameter<String> LOCAL_ADDR = endpoint("localAddr", "endpoint of this process, one for each process")
            .optional();
    static final Parameter<Fid> PROFILE_FID = fid(
                    "profileFid", "the cluster's profile", Fid.PROFILE, "0x7000000000000001:0x0")
            .optional();
    static final Parameter<Fid> PROCESS_FID = fid(
                    "processFid", "this process in the cluster's configuration", Fid.PROCESS, "0x7200000000000001:0x3")
            .optional();
    static final Parameter<Fid> INDEX =
            fid("index", "the index that holds the data", Fid.INDEX, "0x7800000000000123:0x123456780");
    static final Parameter<Path> LEVELDB_PATH = Parameter.path(
                    "leveldbPath", "go-ds-motr's folder of keys; the native format needs none, it is accepted there")
            .optional();
    static final Parameter<Integer> THREADS = Parameter.integer(
                    "threads", "accepted for go-ds-motr's sake; `window` says what is in flight", 1, 1_000_000)
            .optional();
    static final Parameter<Boolean> TRACE = Parameter.flag(
                    "trace", "let Motr write a trace file into the working folder")
            .byDefault("false");
    static final Parameter<String> CLIENT = Parameter.choice(
                    "client",
                    "native: libmotr; fake: a cluster in memory that ends with the store, to try things; fake-2021: the"
                            + " same with the limits of Motr before September 2021",
                    "native",
                    "fake",
                    "fake-2021")
            .byDefault("native");
    static final Parameter<Path> LIBRARY = Parameter.path(
                    "library", "libmotr.so.2, if it is not where the system looks for libraries")
            .optional();
    static final Parameter<Boolean> CREATE_INDEX = Parameter.flag(
                    "createIndex", "create the index when it does not exist")
            .byDefault("false");
    static final Parameter<Integer> WINDOW =
            Parameter.integer("window", "operations in flight at once", 1, 256).byDefault("32");
    static final Parameter<Long> WINDOW_BYTES =
            Parameter.bytes("windowBytes", "bytes in flight at once").byDefault("16MiB");
    static final Parameter<Long> OBJECTS_ABOVE = Parameter.bytes(
                    "objectsAbove", "larger values become objects of Motr, others records in pieces")
            .byDefault("32KiB");
    static final Parameter<Duration> TIMEOUT = Parameter.duration(
                    "timeout", "how long to wait for an operation, or for the cluster when opening")
            .byDefault("30s");
    static final Parameter<Duration> SCRUB_GRACE = Parameter.duration(
                    "scrubGrace", "scrub leaves alone what is younger; the same in all processes on an index")
            .byDefault("24h");

    static final Parameter<Boolean> SYNC_WRITES = Parameter.flag(
                    "syncWrites", "whether every write is persistent when it returns, not only after sync")
            .byDefault("true");
    static final Parameter<String> FORMAT = Parameter.choice(
                    "format",
                    "how data is laid out in the index: native, or that of go-ds-motr",
                    "native",
                    "go-ds-motr")
            .byDefault("native");
    static final Parameter<Long> RECORD_BYTES = Parameter.bytes(
                    "recordBytes",
                    "format go-ds-motr: the largest record, key and value, that is in the index or written to it; more"
                            + " than 16KiB ends servers from July 2022 on, 64KiB clients from April 2022 on")
            .optional();
    static final Parameter<Long> DELETED_BYTES = Parameter.bytes(
                    "deletedBytes",
                    "format go-ds-motr: what one operation deletes at most; more ends servers from September 2021 on")
            .byDefault("240KiB");

    /** For the service loader. */
    public MotrDatastoreProvider() {}

    private static Parameter<String> endpoint(String name, String doc) {
        return Parameter.of(name, doc, "an endpoint such as inet:tcp:192.168.1.161@22001", text -> {
            if (!ENDPOINT.matcher(text).matches() || Integer.parseInt(text.substring(text.indexOf('@') + 1)) > 65_535) {
                throw new IllegalArgumentException();
            }
            return text;
        });
    }

    private static Parameter<Fid> fid(String name, String doc, int type, String example) {
        Function<String, Fid> parse = text -> Fid.parse(text, type);
        String start = "0x" + Integer.toHexString(type);
        String allowed = type == Fid.INDEX
                ? "an identifier that starts with " + start + " and three bytes of zeros, such as "
                : "an identifier with the top byte " + start + " such as ";
        return Parameter.of(name, doc, allowed + example, parse);
    }

    @Override
    public String type() {
        return "motrds";
    }

    @Override
    public String description() {
        return "an index of CORTX Motr, through Motr's own client library";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(
                HAX_ADDR,
                LOCAL_ADDR,
                PROFILE_FID,
                PROCESS_FID,
                INDEX,
                LEVELDB_PATH,
                THREADS,
                TRACE,
                CLIENT,
                LIBRARY,
                CREATE_INDEX,
                WINDOW,
                WINDOW_BYTES,
                OBJECTS_ABOVE,
                TIMEOUT,
                SYNC_WRITES,
                SCRUB_GRACE,
                FORMAT,
                RECORD_BYTES,
                DELETED_BYTES);
    }

    @Override
    public Datastore open(StoreConfig config) {
        if (config.get(WINDOW_BYTES) < 1 << 20) {
            throw config.error(WINDOW_BYTES, "is too small; allowed is 1MiB and more");
        }
        if (config.get(TIMEOUT).isZero()) {
            throw config.error(TIMEOUT, "must be longer than nothing");
        }
        if (config.find(THREADS).isPresent()) {
            LOG.info("threads is accepted for go-ds-motr's sake and changes nothing; window says what is in flight");
        }
        return config.get(FORMAT).equals("native") ? openNative(config) : openGoDsMotr(config);
    }

    private static Datastore openNative(StoreConfig config) {
        if (config.find(LEVELDB_PATH).isPresent()) {
            LOG.info(
                    "leveldbPath is accepted for go-ds-motr's sake; the native format keeps nothing on the local disk");
        }
        if (config.find(RECORD_BYTES).isPresent()) {
            throw config.error(RECORD_BYTES, "is for format=go-ds-motr; the native format fits every Motr");
        }
        MotrDatastore.Settings settings = new MotrDatastore.Settings(
                config.get(WINDOW),
                config.get(WINDOW_BYTES),
                config.get(TIMEOUT).toNanos(),
                config.get(SCRUB_GRACE).toMillis(),
                Duration.ofMinutes(2).toNanos(),
                (int) Math.min(Integer.MAX_VALUE, config.get(OBJECTS_ABOVE)),
                config.get(SYNC_WRITES));
        return new MotrDatastore(nameOf(config), openIndex(config), settings);
    }

    private static Datastore openGoDsMotr(StoreConfig config) {
        Path folder = config.find(LEVELDB_PATH)
                .orElseThrow(() -> config.error(LEVELDB_PATH, "is missing; format=go-ds-motr lists its keys there"));
        Sizing sizing = rawSizing(config);
        MotrIndex index = openIndex(config);
        try {
            RawRecords records = rawRecords(config, index, sizing);
            if (Marker.isThere(records.route())) {
                throw config.error(FORMAT, "cannot be go-ds-motr: the index is in the native format");
            }
            if (index.isPersistent() && !Files.exists(folder)) {
                LOG.warn("{}: leveldbPath {} is made, and lists no keys yet", nameOf(config), folder);
            }
            // what a fake cluster holds ends with it, and so must the list of it
            Path temporary = index.isPersistent() ? null : Files.createTempDirectory("motrds-fake");
            Datastore directory = GoDsMotrDatastore.openDirectory(
                    temporary == null ? folder : temporary, true, config.get(SYNC_WRITES));
            return new GoDsMotrDatastore(
                    nameOf(config),
                    index,
                    records,
                    directory,
                    config.get(SYNC_WRITES),
                    config.get(WINDOW_BYTES),
                    temporary);
        } catch (IOException e) {
            index.close();
            throw new DatastoreException(nameOf(config) + ": no temporary folder: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }

    static String nameOf(StoreConfig config) {
        return "motrds " + config.get(INDEX);
    }

    /** What single records of the plugin's format may have. */
    static Sizing rawSizing(StoreConfig config) {
        long recordBytes = config.find(RECORD_BYTES).orElse((long) Sizing.DEFAULT.recordBytes());
        if (recordBytes < 4096 || recordBytes > MAX_RECORD_BYTES) {
            throw config.error(RECORD_BYTES, "cannot be " + recordBytes + "; allowed is 4KiB to 64MiB");
        }
        long deletedBytes = config.get(DELETED_BYTES);
        if (deletedBytes < 4096) {
            throw config.error(DELETED_BYTES, "cannot be " + deletedBytes + "; allowed is 4KiB and more");
        }
        return new Sizing(
                (int) recordBytes,
                Sizing.DEFAULT.messageBytes(),
                (int) Math.min(Integer.MAX_VALUE, deletedBytes),
                Sizing.DEFAULT.recordsPerOperation());
    }

    /** The way to single records of an index. */
    static RawRecords rawRecords(StoreConfig config, MotrIndex index, Sizing sizing) {
        Window window = new Window(config.get(WINDOW), config.get(WINDOW_BYTES));
        long timeout = config.get(TIMEOUT).toNanos();
        return new RawRecords(new Pipeline.Route(index, window, timeout, nameOf(config), null), sizing);
    }

    /** The index, created when the configuration says so. */
    private static MotrIndex openIndex(StoreConfig config) {
        MotrIndex index = connect(config, config.get(INDEX));
        try {
            prepare(index, config, nameOf(config));
            return index;
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }

    /** An index, which need not exist. */
    static MotrIndex connect(StoreConfig config, Fid fid) {
        if (config.get(CLIENT).startsWith("fake")) {
            boolean old = config.get(CLIENT).equals("fake-2021");
            return new FakeMotr(1, old ? FakeMotr.Version.OF_2021 : FakeMotr.Version.HEAD).index(fid);
        }
        return NativeMotr.open(connection(config), fid, config.get(TIMEOUT));
    }

    /** How to reach the cluster. */
    static NativeMotr.Connection connection(StoreConfig config) {
        for (Parameter<?> needed : List.of(HAX_ADDR, LOCAL_ADDR, PROFILE_FID, PROCESS_FID)) {
            if (config.find(needed).isEmpty()) {
                throw config.error(needed, "is missing; it is " + needed.allowed() + ": " + needed.doc());
            }
        }
        return new NativeMotr.Connection(
                config.find(LIBRARY),
                config.find(HAX_ADDR).orElseThrow(),
                config.find(LOCAL_ADDR).orElseThrow(),
                config.find(PROCESS_FID).orElseThrow(),
                config.find(PROFILE_FID).orElseThrow(),
                config.get(TRACE));
    }

    private static void prepare(MotrIndex index, StoreConfig config, String name) {
        long timeout = config.get(TIMEOUT).toNanos();
        int rc = index.lookUp(timeout);
        if (rc == Errno.ENOENT && config.get(CREATE_INDEX)) {
            rc = index.create(timeout);
        }
        if (rc == Errno.ENOENT) {
            throw config.error(INDEX, "names an index that does not exist: create it, or set createIndex to true");
        }
        if (rc == Errno.ETIMEDOUT) {
            throw new DatastoreUnavailableException(name + ": the cluster did not answer in time");
        }
        if (rc != 0 && rc != Errno.EEXIST) {
            throw Errno.toException(rc, name, "opening the index");
        }
    }
}
