package io.motrds.leveldb;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.List;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.table.BloomFilterPolicy;

/** Makes the type {@code levelds} available: LevelDB in a folder, keys and values laid out as go-ds-leveldb does. */
public final class LevelDbProvider implements DatastoreProvider {

    private static final long MIB = 1 << 20;

    static final Parameter<Path> PATH = Parameter.path("path", "folder of the database");
    static final Parameter<Boolean> CREATE_IF_MISSING = Parameter.flag(
                    "createIfMissing", "whether to create a database where there is none")
            .byDefault("true");
    static final Parameter<String> COMPRESSION = Parameter.choice(
                    "compression", "how new data is compressed; both kinds are read", "none", "snappy")
            .byDefault("none");
    static final Parameter<Boolean> SYNC_WRITES = Parameter.flag(
                    "syncWrites", "whether every write is durable when it returns, not only after sync")
            .byDefault("false");
    static final Parameter<Long> WRITE_BUFFER = Parameter.bytes(
                    "writeBuffer",
                    "heap for recent writes, used twice; without it an eighth of the largest heap, 4MiB to 64MiB")
            .optional();
    static final Parameter<Long> CACHE_SIZE = Parameter.bytes(
                    "cacheSize", "heap for blocks of up to 64 KiB that were read lately")
            .byDefault("8MiB");

    /** For the service loader. */
    public LevelDbProvider() {}

    @Override
    public String type() {
        return "levelds";
    }

    @Override
    public String description() {
        return "LevelDB in a folder on disk, the layout of kubo's levelds";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PATH, CREATE_IF_MISSING, COMPRESSION, SYNC_WRITES, WRITE_BUFFER, CACHE_SIZE);
    }

    @Override
    public Datastore open(StoreConfig config) {
        long writeBuffer = config.find(WRITE_BUFFER).orElseGet(LevelDbProvider::defaultWriteBuffer);
        if (writeBuffer < 64 << 10 || writeBuffer > 1 << 30) {
            throw config.error(WRITE_BUFFER, "cannot be " + writeBuffer + "; allowed is 64KiB to 1GiB");
        }
        long cacheSize = config.get(CACHE_SIZE);
        if (cacheSize > 1 << 30) {
            throw config.error(CACHE_SIZE, "cannot be " + cacheSize + "; allowed is 0 to 1GiB");
        }
        boolean snappy = config.get(COMPRESSION).equals("snappy");
        Options options = new Options()
                .createIfMissing(config.get(CREATE_IF_MISSING))
                .compressionType(snappy ? CompressionType.SNAPPY : CompressionType.NONE)
                .writeBufferSize((int) writeBuffer)
                .cacheSize(cacheSize)
                .maxFileSize(8 << 20) // a quarter of the usual number of files
                // without it, to find that a key is absent costs reading the block where it would be: a whole value
                .filterPolicy(new BloomFilterPolicy(10));
        return LevelDbDatastore.open(config.get(PATH), options, config.get(SYNC_WRITES));
    }

    /** Two buffers are in memory at once, and a large heap gains nothing from more than 64 MiB. */
    static long defaultWriteBuffer() {
        return Math.max(4 * MIB, Math.min(64 * MIB, Runtime.getRuntime().maxMemory() / 8));
    }
}
