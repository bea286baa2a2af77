package io.motrds.leveldb;

import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.Snapshot;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.DbImpl;
import org.iq80.leveldb.impl.DbImpl.BackgroundProcessingException;
import org.iq80.leveldb.impl.WriteBatchImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A datastore in a LevelDB: the datastore's keys are LevelDB's, the values are kept as they are. */
final class LevelDbDatastore extends AbstractDatastore
        implements AtomicBatches, Persistence, DiskUsage, GarbageCollection, ConsistencyCheck {

    private static final Logger LOG = LoggerFactory.getLogger(LevelDbDatastore.class);

    /** LevelDB itself knows no limits, but holds a value in memory several times while it is written. */
    static final Limits LIMITS = new Limits(64 << 10, 8 << 20);

    /** A batch becomes one array of its size. */
    static final long MAX_BATCH_BYTES = 512L << 20;

    private static final Set<QueryPart> NATIVE =
            Set.of(QueryPart.KEY_RANGE, QueryPart.KEY_ORDER, QueryPart.KEY_ORDER_DESCENDING, QueryPart.OFFSET);

    private final Path folder;
    private final FolderLock lock;
    private final StoreFiles files;
    private final TableBlocks blocks;
    private final DbImpl db;
    private final boolean syncWrites;
    private final Failures failures;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable Error writeError; // guarded by writing

    private LevelDbDatastore(
            Path folder, FolderLock lock, StoreFiles files, TableBlocks blocks, DbImpl db, boolean syncWrites) {
        super(nameOf(folder), LIMITS, NATIVE);
        this.folder = folder;
        this.lock = lock;
        this.files = files;
        this.blocks = blocks;
        this.db = db;
        this.syncWrites = syncWrites;
        this.failures = new Failures(nameOf(folder));
    }

    private static String nameOf(Path folder) {
        return "levelds " + folder;
    }

    /**
     * Opens a store.
     *
     * @param syncWrites whether a write is forced to disk before it returns
     */
    static LevelDbDatastore open(Path folder, Options options, boolean syncWrites) {
        return open(folder, options, syncWrites, TableKeys::of);
    }

    /** Opens a store, with another way to its tables' keys. */
    static LevelDbDatastore open(Path folder, Options options, boolean syncWrites, Function<DB, TableKeys> keysOf) {
        boolean interrupted = Thread.interrupted(); // it would close the files that are opened here
        try {
            createFolder(folder, options.createIfMissing());
            FolderLock lock = FolderLock.take(folder);
            try {
                return open(folder, lock, options, syncWrites, keysOf);
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            throw new Failures(nameOf(folder)).of("open", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Creates a folder, unless there is one, which may be another opening's work of the same moment. */
    static void createFolder(Path folder, boolean createIfMissing) throws IOException {
        if (Files.exists(folder)) {
            requireFolder(folder);
            return;
        }
        if (!createIfMissing) {
            throw missing(folder);
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null && !Files.exists(parent)) {
            createFolder(parent, true);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            requireFolder(folder);
        } catch (IOException e) {
            throw new MisconfiguredException(
                    nameOf(folder) + ": path cannot be created (" + e + "): change permissions or give another path",
                    e);
        }
        if (parent != null) {
            StoreFiles.forceNames(parent);
        }
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new MisconfiguredException(nameOf(folder) + ": path is a file; it must be a folder");
        }
        if (!Files.isWritable(folder)) {
            throw new MisconfiguredException(nameOf(folder) + ": path is a folder that this user cannot write to:"
                    + " change its permissions or give another path");
        }
    }

    private static MisconfiguredException missing(Path folder) {
        return new MisconfiguredException(
                nameOf(folder) + ": path holds no database; correct it, or let createIfMissing be true");
    }

    private static LevelDbDatastore open(
            Path folder, FolderLock lock, Options options, boolean syncWrites, Function<DB, TableKeys> keysOf)
            throws IOException {
        TableBlocks blocks = new TableBlocks(options.cacheSize());
        StoreFiles files = new StoreFiles(folder, blocks);
        DbImpl db = null;
        try {
            if (!new FolderCheck(files, folder).holdsStore() && !options.createIfMissing()) {
                throw missing(folder);
            }
            if (options.compressionType() == CompressionType.SNAPPY) {
                SnappyLoading.require();
            }
            options.cacheSize(0); // instead of it there are our blocks
            options.logger(files.newLogger(files.toFile(folder.toString())));
            db = new DbImpl(options, folder.toString(), files);
            TableKeys keys = keysOf.apply(db);
            files.afterChange(keys::detach);
            return new LevelDbDatastore(folder, lock, files, blocks, db, syncWrites);
        } catch (IOException | RuntimeException | Error e) {
            try (files) {
                if (db != null) {
                    db.close();
                }
            }
            throw e;
        }
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        try {
            return get(key, new ReadOptions());
        } catch (RuntimeException e) {
            throw failures.of("get " + key, e);
        }
    }

    /** As of one moment, so that a batch is seen whole or not at all. */
    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        try (Snapshot snapshot = snapshot()) {
            ReadOptions now = new ReadOptions().snapshot(snapshot);
            return ParallelRead.of(keys, key -> get(key, now));
        } catch (IOException | RuntimeException e) {
            throw failures.of("get " + keys.size() + " keys", e);
        }
    }

    private byte @Nullable [] get(Key key, ReadOptions options) {
        try (TableBlocks.Lookup lookup = blocks.lookup()) {
            return db.get(key.toUtf8(), options);
        }
    }

    /** The state of now; null when the store takes no more writes, so that its state does not change. */
    private @Nullable Snapshot snapshot() {
        try {
            return db.getSnapshot();
        } catch (BackgroundProcessingException e) {
            return null;
        }
    }

    @Override
    protected boolean exists(Key key) {
        return read(key) != null;
    }

    @Override
    protected long sizeOf(Key key) {
        byte[] value = read(key);
        return value == null ? -1 : value.length;
    }

    @Override
    protected void write(Key key, byte[] value) {
        WriteBatchImpl batch = new WriteBatchImpl();
        batch.put(key.toUtf8(), value.clone()); // LevelDB keeps the array in its write buffer
        try {
            commit(batch);
        } catch (IOException | RuntimeException e) {
            throw failures.of("put " + key, e);
        }
    }

    @Override
    protected void remove(Key key) {
        WriteBatchImpl batch = new WriteBatchImpl();
        batch.delete(key.toUtf8());
        try {
            commit(batch);
        } catch (IOException | RuntimeException e) {
            throw failures.of("delete " + key, e);
        }
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        if (writes.isEmpty()) {
            return;
        }
        WriteBatchImpl batch = new WriteBatchImpl();
        long bytes = 0;
        for (Map.Entry<Key, byte @Nullable []> write : writes.entrySet()) {
            byte[] key = write.getKey().toUtf8();
            byte[] value = write.getValue();
            bytes += key.length + (value == null ? 0 : value.length);
            if (bytes > MAX_BATCH_BYTES) {
                throw new RefusedInputException(name() + ": a batch of more than " + MAX_BATCH_BYTES
                        + " bytes is over the limit; nothing of it was written, commit it in parts");
            }
            if (value == null) {
                batch.delete(key);
            } else {
                batch.put(key, value);
            }
        }
        try {
            commit(batch);
        } catch (IOException | RuntimeException e) {
            DatastoreException cause = failures.of("commit", e);
            throw new BatchException(name(), List.of(), writes.keySet(), cause);
        }
    }

    /**
     * Writes in one record of the log. Writers take turns here and not in the library: a writer that dies there of an
     * error, such as a lack of memory, would leave all others waiting for good. Those that wait for the disk do so
     * together, see {@link StoreFiles#sync}.
     */
    private void commit(WriteBatchImpl batch) throws IOException {
        boolean interrupted = Thread.interrupted();
        writing.lock();
        try {
            requireNoError();
            while (!tryWrite(batch)) {
                interrupted |= Thread.interrupted();
            }
            if (!syncWrites) {
                files.flush(); // else who forces does it, for all: the system holds up writes to what it is forcing
            }
        } catch (Error e) {
            writeError = e;
            throw e;
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (syncWrites) {
            files.sync();
        }
    }

    /** Writes; false when an interrupt ended the library's pause before it wrote. */
    private boolean tryWrite(WriteBatchImpl batch) {
        try {
            db.write(batch, new WriteOptions());
            return true;
        } catch (DBException e) {
            if (e.getCause() instanceof InterruptedException) {
                return false;
            }
            throw e;
        }
    }

    private void requireNoError() {
        if (writeError != null) {
            throw new DatastoreUnavailableException(
                    name() + ": takes no more writes until it is closed and opened again, because one failed with "
                            + writeError,
                    writeError);
        }
    }

    @Override
    protected Cursor scan(Scan scan) {
        try {
            return new LevelDbCursor(db.iterator(), scan, failures);
        } catch (RuntimeException e) {
            throw failures.of("query " + scan.range(), e);
        }
    }

    /** The log holds the writes to all prefixes. */
    @Override
    protected void flush(Key prefix) {
        try {
            files.sync();
        } catch (IOException e) {
            throw failures.of("sync " + prefix, e);
        }
    }

    /**
     * Leaves an empty log behind, which takes no longer than to read it at the next opening: goleveldb drops what it
     * finds in a log and what the manifest counts already, as this library's manifests do for every record that was
     * written while a table was.
     */
    @Override
    protected void shutdown() {
        boolean interrupted = Thread.interrupted();
        try (lock;
                files;
                db) {
            files.sync();
            tryToEmptyWriteBuffer();
        } catch (IOException | RuntimeException e) {
            throw failures.of("close", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tryToEmptyWriteBuffer() {
        try {
            emptyWriteBuffer();
        } catch (RuntimeException e) {
            LOG.warn("{} is closed with data in its log, where it is safe: {}", name(), e.toString());
        }
    }

    /** Returns when what was written before is in tables. */
    private void emptyWriteBuffer() {
        writing.lock();
        try {
            requireNoError();
            db.writeInternal(null, new WriteOptions()); // begins to write the table
            db.writeInternal(null, new WriteOptions()); // waits for that, to do the same with nothing
        } finally {
            writing.unlock();
        }
    }

    /** The sizes of the files; what is in the write buffer is in the log, too. */
    @Override
    public long diskUsageBytes() {
        try (Use use = use();
                Stream<Path> list = Files.list(folder)) {
            return list.mapToLong(LevelDbDatastore::sizeOf).sum();
        } catch (IOException | UncheckedIOException e) {
            throw failures.of("disk usage", e);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // compaction deleted it meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Compacts everything. A table that was written straight to a lower level holds overwritten and deleted values until
     * it meets one from above: two deletions, of keys that no datastore has, make such a one for the whole range.
     */
    @Override
    public void collectGarbage() {
        WriteBatchImpl around = new WriteBatchImpl();
        around.delete("\0motrds".getBytes(StandardCharsets.US_ASCII));
        around.delete("\u00ff\u00ffmotrds".getBytes(StandardCharsets.ISO_8859_1));
        try (Use use = use()) {
            emptyWriteBuffer();
            commit(around);
            db.compactRange(null, null);
            db.createWriteBatch().close(); // fails if the compaction did, which by itself says nothing
        } catch (IOException | RuntimeException e) {
            throw failures.of("garbage collection", e);
        }
    }

    /** Reads every block of every table, and the logs; each block and record has a checksum. */
    @Override
    public void check() {
        Scan everything = new Scan(KeyRange.ALL, Scan.Direction.ASCENDING, 0, Query.NO_LIMIT, Projection.KEYS);
        try (Use use = use()) {
            blocks.forget();
            try (Cursor cursor = scan(everything)) {
                while (cursor.next() != null) {
                    // reading is the check
                }
            }
            files.checkLogs();
        } catch (IOException e) {
            throw failures.of("check", e);
        }
    }
}
