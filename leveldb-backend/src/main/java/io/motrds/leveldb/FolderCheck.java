package io.motrds.leveldb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.iq80.leveldb.env.SequentialFile;
import org.iq80.leveldb.impl.FileMetaData;
import org.iq80.leveldb.impl.LogMonitors;
import org.iq80.leveldb.impl.LogReader;
import org.iq80.leveldb.impl.VersionEdit;
import org.iq80.leveldb.util.Slice;

/**
 * Looks at a store's folder before the library opens it. The library would start afresh where {@code CURRENT} is missing
 * and then delete every table as one of no use; and it would notice a table that was cut short only when it reads it.
 */
final class FolderCheck {

    private static final String RESTORE = ". Put the folder back from a copy; nothing was changed";

    private final StoreFiles files;
    private final Path folder;

    FolderCheck(StoreFiles files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /**
     * Whether there is a store; false if one can be created.
     *
     * @throws DamagedFileException if what is there cannot be opened without loss
     */
    boolean holdsStore() throws IOException {
        Path current = folder.resolve("CURRENT");
        if (!Files.exists(current)) {
            requireNoData(current);
            return false;
        }
        String content = Files.readString(current);
        if (!content.matches("MANIFEST-[0-9]+\n")) {
            throw new DamagedFileException(
                    current, "it must hold the name of the newest MANIFEST file and a line end" + hint());
        }
        Path manifest = folder.resolve(content.strip());
        if (!Files.exists(manifest)) {
            throw new DamagedFileException(
                    current, "it names " + manifest.getFileName() + ", which is missing" + RESTORE);
        }
        for (Map.Entry<Long, Long> table : tables(manifest).entrySet()) {
            requireTable(table.getKey(), table.getValue());
        }
        return true;
    }

    private void requireNoData(Path current) throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            if (names.anyMatch(name -> name.getFileName().toString().matches("[0-9]+\\.(ldb|sst|log)"))) {
                throw new DamagedFileException(
                        current,
                        "it is missing, but data is there; it must hold the name of the newest MANIFEST file and a"
                                + " line end" + hint());
            }
        }
    }

    private String hint() throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            return names.map(name -> name.getFileName().toString())
                            .filter(name -> name.startsWith("MANIFEST-"))
                            .max(String::compareTo)
                            .map(newest -> ", here " + newest)
                            .orElse("")
                    + RESTORE;
        }
    }

    /** The tables that a manifest names, with their sizes. */
    private Map<Long, Long> tables(Path manifest) throws IOException {
        Map<Long, Long> live = new TreeMap<>();
        try (SequentialFile in = files.newSequentialFile(new StoreFile(files, manifest))) {
            LogReader reader = new LogReader(in, LogMonitors.throwExceptionMonitor(), true, 0);
            for (Slice record = reader.readRecord(); record != null; record = reader.readRecord()) {
                VersionEdit edit = new VersionEdit(record);
                live.keySet().removeAll(edit.getDeletedFiles().values());
                for (FileMetaData table : edit.getNewFiles().values()) {
                    live.put(table.getNumber(), table.getFileSize());
                }
            }
        }
        return live;
    }

    private void requireTable(long number, long size) throws IOException {
        String name = String.format("%06d", number);
        Path newer = folder.resolve(name + ".ldb");
        for (Path table : List.of(newer, folder.resolve(name + ".sst"))) {
            if (Files.exists(table)) {
                long found = Files.size(table);
                if (found != size) {
                    throw new DamagedFileException(table, "it has " + found + " bytes instead of " + size + RESTORE);
                }
                return;
            }
        }
        throw new DamagedFileException(newer, "it is missing" + RESTORE);
    }
}
