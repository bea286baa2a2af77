package io.motrds.bench.raw;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.iq80.leveldb.table.BloomFilterPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Type {@code raw-leveldb}: the library that {@code levelds} is made of, by its public interface, with the same sizes and its
 * own file layer.
 *
 * <p>That layer forces only the last mebibyte of a file. So that the durability compared is the same, the log is forced
 * here after a synced write that may be longer, and by {@link #sync}. Tables and folders are left to the library, which
 * forces less of them than {@code levelds} does.
 */
final class RawLevelDb extends RawStore {

    private static final int FORCED_BY_LIBRARY = 512 << 10;

    /** For the service loader. */
    public static final class Provider implements DatastoreProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String type() {
            return "raw-leveldb";
        }

        @Override
        public String description() {
            return "yardstick of levelds: the LevelDB library alone";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of(PATH, SYNC_WRITES);
        }

        @Override
        public Datastore open(StoreConfig config) {
            try {
                return new RawLevelDb(config.get(PATH), config.get(SYNC_WRITES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Path folder;
    private final DB db;
    private final WriteOptions writing;

    private RawLevelDb(Path folder, boolean syncWrites) throws IOException {
        super("raw-leveldb " + folder);
        this.folder = folder;
        this.writing = new WriteOptions().sync(syncWrites);
        Options options = new Options()
                .createIfMissing(true)
                .compressionType(CompressionType.NONE)
                .writeBufferSize(64 << 20)
                .cacheSize(8 << 20)
                .maxFileSize(8 << 20)
                .filterPolicy(new BloomFilterPolicy(10));
        this.db = new Iq80DBFactory().open(folder.toFile(), options);
    }

    @Override
    byte @Nullable [] read(Key key) {
        return db.get(key.toUtf8());
    }

    @Override
    public void put(Key key, byte[] value) {
        db.put(key.toUtf8(), value.clone(), writing); // the library keeps the array
        if (writing.sync() && value.length > FORCED_BY_LIBRARY) {
            forceLogs();
        }
    }

    @Override
    void writeAll(Map<Key, byte[]> writes) {
        long bytes = 0;
        try (WriteBatch batch = db.createWriteBatch()) {
            for (Map.Entry<Key, byte[]> write : writes.entrySet()) {
                batch.put(write.getKey().toUtf8(), write.getValue());
                bytes += write.getValue().length;
            }
            db.write(batch, writing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (writing.sync() && bytes > FORCED_BY_LIBRARY) {
            forceLogs();
        }
    }

    @Override
    public void sync(Key prefix) {
        try (WriteBatch nothing = db.createWriteBatch()) {
            db.write(nothing, new WriteOptions().sync(true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        forceLogs();
    }

    private void forceLogs() {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                    channel.force(false);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Keys keys(String prefix) {
        byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
        DBIterator found = db.iterator(new ReadOptions().fillCache(false));
        found.seek(start);
        return new Keys() {
            @Override
            public @Nullable Key next() {
                if (!found.hasNext()) {
                    return null;
                }
                byte[] key = found.next().getKey();
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
        try {
            db.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
