package io.motrds.leveldb;

import java.lang.reflect.Field;
import java.util.List;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.impl.DbConstants;
import org.iq80.leveldb.impl.DbImpl;
import org.iq80.leveldb.impl.FileMetaData;
import org.iq80.leveldb.impl.InternalKey;
import org.iq80.leveldb.impl.Version;
import org.iq80.leveldb.impl.VersionSet;
import org.iq80.leveldb.util.Slice;

/**
 * Frees what the library holds by accident. For every table it keeps the first and the last key in memory, after a
 * compaction as views of the blocks that they were read from: with values of 256 KiB half a mebibyte of heap for each
 * table, some 60 MiB for each GiB of data. Here they are replaced by copies.
 */
final class TableKeys {

    private final VersionSet versions;

    private TableKeys(VersionSet versions) {
        this.versions = versions;
    }

    /** The keys of a database's tables. The field is private, but nothing public leads to it. */
    static TableKeys of(DB db) {
        try {
            Field field = DbImpl.class.getDeclaredField("versions");
            field.setAccessible(true);
            return new TableKeys((VersionSet) field.get(db));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this is not the version of LevelDB that motrds was made for", e);
        }
    }

    /**
     * Copies the keys that hold more than themselves. Readers of the list see an old or a new element, which are equal;
     * called where the library changes no list: with its lock held.
     *
     * @return of how many tables
     */
    int detach() {
        int copied = 0;
        Version current = versions.getCurrent();
        for (int level = 0; level < DbConstants.NUM_LEVELS; level++) {
            List<FileMetaData> tables = current.getFiles(level);
            for (int i = 0; i < tables.size(); i++) {
                FileMetaData table = tables.get(i);
                if (holdsMore(table.getSmallest()) || holdsMore(table.getLargest())) {
                    tables.set(i, detached(table));
                    copied++;
                }
            }
        }
        return copied;
    }

    private static boolean holdsMore(InternalKey key) {
        return key.getUserKey().getRawArray().length > key.getUserKey().length() + 64;
    }

    private static FileMetaData detached(FileMetaData table) {
        FileMetaData copy = new FileMetaData(
                table.getNumber(), table.getFileSize(), copy(table.getSmallest()), copy(table.getLargest()));
        copy.setAllowedSeeks(table.getAllowedSeeks());
        return copy;
    }

    private static InternalKey copy(InternalKey key) {
        return new InternalKey(new Slice(key.getUserKey().getBytes()), key.getSequenceNumber(), key.getValueType());
    }
}
