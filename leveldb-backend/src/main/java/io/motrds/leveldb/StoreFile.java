package io.motrds.leveldb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.iq80.leveldb.env.File;

/** A name in the store's folder, as the library handles it. */
record StoreFile(StoreFiles files, Path path) implements File {

    @Override
    public File child(String name) {
        return new StoreFile(files, path.resolve(name));
    }

    @Override
    public boolean mkdirs() {
        return path.toFile().mkdirs();
    }

    @Override
    public String getName() {
        return String.valueOf(path.getFileName());
    }

    @Override
    public File getParentFile() {
        return new StoreFile(files, path.resolveSibling(""));
    }

    @Override
    public String getPath() {
        return path.toString();
    }

    @Override
    public boolean canRead() {
        return Files.isReadable(path);
    }

    @Override
    public boolean exists() {
        return Files.exists(path);
    }

    @Override
    public boolean isDirectory() {
        return Files.isDirectory(path);
    }

    @Override
    public boolean isFile() {
        return Files.isRegularFile(path);
    }

    @Override
    public long length() {
        return path.toFile().length();
    }

    /** What is deleted need not be made durable any more. */
    @Override
    public boolean delete() {
        files.discard(path);
        return path.toFile().delete();
    }

    @Override
    public List<File> listFiles() {
        try (Stream<Path> list = Files.list(path)) {
            List<File> all = new ArrayList<>();
            list.forEach(each -> all.add(new StoreFile(files, each)));
            files.listed();
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Replaces a file durably. Never returns false: the library would then write the file in place, and a crash would
     * leave half of it.
     */
    @Override
    public boolean renameTo(File target) {
        try {
            Files.move(
                    path,
                    ((StoreFile) target).path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            files.forceNames();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean deleteRecursively() {
        throw new UnsupportedOperationException("no store is deleted");
    }
}
