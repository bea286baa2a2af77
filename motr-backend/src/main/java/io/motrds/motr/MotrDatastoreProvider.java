package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import io.motrds.motr.jna.NativeMotr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The type {@code motrds}. The first parameters have the names that go-ds-motr gave them. */
public final class MotrDatastoreProvider implements DatastoreProvider {

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
                    "leveldbPath", "accepted for go-ds-motr's sake; this format keeps nothing on the local disk")
            .optional();
    static final Parameter<Integer> THREADS = Parameter.integer(
                    "threads", "accepted for go-ds-motr's sake; `window` says what is in flight", 1, 1_000_000)
            .optional();
    static final Parameter<Boolean> TRACE = Parameter.flag(
                    "trace", "let Motr write a trace file into the working folder")
            .byDefault("false");
    static final Parameter<String> CLIENT = Parameter.choice(
                    "client",
                    "native: libmotr; fake: a cluster in memory that ends with the store, to try things",
                    "native",
                    "fake")
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
        return Parameter.of(
                name,
                doc,
                "an identifier with the top byte 0x" + Integer.toHexString(type) + " such as " + example,
                parse);
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
                SCRUB_GRACE);
    }

    @Override
    public Datastore open(StoreConfig config) {
        if (config.get(WINDOW_BYTES) < 1 << 20) {
            throw config.error(WINDOW_BYTES, "is too small; allowed is 1MiB and more");
        }
        if (config.get(TIMEOUT).isZero()) {
            throw config.error(TIMEOUT, "must be longer than nothing");
        }
        Fid fid = config.get(INDEX);
        String name = "motrds " + fid;
        MotrDatastore.Settings settings = new MotrDatastore.Settings(
                config.get(WINDOW),
                config.get(WINDOW_BYTES),
                config.get(TIMEOUT).toNanos(),
                config.get(SCRUB_GRACE).toMillis(),
                Duration.ofMinutes(2).toNanos(),
                (int) Math.min(Integer.MAX_VALUE, config.get(OBJECTS_ABOVE)));
        MotrIndex index = connect(config, fid);
        try {
            prepare(index, config, name);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
        return new MotrDatastore(name, index, settings);
    }

    private static MotrIndex connect(StoreConfig config, Fid fid) {
        if (config.get(CLIENT).equals("fake")) {
            return new FakeMotr(1).index(fid);
        }
        for (Parameter<?> needed : List.of(HAX_ADDR, LOCAL_ADDR, PROFILE_FID, PROCESS_FID)) {
            if (config.find(needed).isEmpty()) {
                throw config.error(needed, "is missing; it is " + needed.allowed() + ": " + needed.doc());
            }
        }
        return NativeMotr.open(
                new NativeMotr.Connection(
                        config.find(LIBRARY),
                        config.find(HAX_ADDR).orElseThrow(),
                        config.find(LOCAL_ADDR).orElseThrow(),
                        config.find(PROCESS_FID).orElseThrow(),
                        config.find(PROFILE_FID).orElseThrow(),
                        config.get(TRACE)),
                fid,
                config.get(TIMEOUT));
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
