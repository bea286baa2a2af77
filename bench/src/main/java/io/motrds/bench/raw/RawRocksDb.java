package io.motrds.bench.raw;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Type {@code rocksdb}: the peer that a Java user would otherwise take, with the sizes that {@code levelds} has. */
final class RawRocksDb extends RawStore {

    /** For the service loader. */
    public static final class Provider implements DatastoreProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String type() {
            return "rocksdb";
        }

        @Override
        public String description() {
            return "peer of levelds: RocksDB's Java binding";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of(PATH, SYNC_WRITES);
        }

        @Override
        public Datastore open(StoreConfig config) {
            try {
                return new RawRocksDb(config.get(PATH), config.get(SYNC_WRITES));
            } catch (RocksDBException e) {
                throw failed(e);
            }
        }
    }

    static {
        RocksDB.loadLibrary();
    }

    private final LRUCache cache = new LRUCache(8 << 20);
    private final BloomFilter filter = new BloomFilter(10);
    private final Options options;
    private final WriteOptions writing;
    private final RocksDB db;

    private RawRocksDb(Path folder, boolean syncWrites) throws RocksDBException {
        super("rocksdb " + folder);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(64 << 20)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter));
        this.writing = new WriteOptions().setSync(syncWrites);
        this.db = RocksDB.open(options, folder.toString());
    }

    private static DatastoreException failed(RocksDBException e) {
        return new DatastoreException("rocksdb: " + e.getMessage(), e);
    }

    @Override
    byte @Nullable [] read(Key key) {
        try {
            return db.get(key.toUtf8());
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        List<byte[]> asked = new ArrayList<>(keys.size());
        keys.forEach(key -> asked.add(key.toUtf8()));
        Map<Key, byte[]> found = new LinkedHashMap<>();
        try {
            List<byte[]> values = db.multiGetAsList(asked);
            int i = 0;
            for (Key key : keys) {
                byte[] value = values.get(i++);
                if (value != null) {
                    found.put(key, value);
                }
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
        return found;
    }

    @Override
    public boolean has(Key key) {
        return db.keyExists(key.toUtf8());
    }

    @Override
    public void put(Key key, byte[] value) {
        try {
            db.put(writing, key.toUtf8(), value);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    void writeAll(Map<Key, byte[]> writes) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<Key, byte[]> write : writes.entrySet()) {
                batch.put(write.getKey().toUtf8(), write.getValue());
            }
            db.write(writing, batch);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void sync(Key prefix) {
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    Keys keys(String prefix) {
        byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
        RocksIterator found = db.newIterator();
        found.seek(start);
        return new Keys() {
            @Override
            public @Nullable Key next() {
                if (!found.isValid()) {
                    return null;
                }
                byte[] key = found.key();
                found.next();
                boolean below = key.length > start.length && Arrays.mismatch(key, start) == start.length;
                return below ? Key.fromUtf8(key) : null;
            }

            @Override
            public void close() {
                found.close();
            }
        };
    }

    @Override
    public void close() {
        db.close();
        writing.close();
        options.close();
        filter.close();
        cache.close();
    }
}
