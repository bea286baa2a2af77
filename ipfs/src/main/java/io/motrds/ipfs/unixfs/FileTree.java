package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Walks files, folders and symbolic links on disk, entries in the order of their names' bytes, and tells an import of them. */
final class FileTree {

    private static final Comparator<String> BY_BYTES = (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    private final ImportRun run;
    private final ImportOptions options;

    FileTree(ImportRun run, ImportOptions options) {
        this.run = run;
        this.options = options;
    }

    /** The last part of a path, also of {@code .}; empty for {@code /}. */
    static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "" : last.toString();
    }

    /** Adds a file or folder. */
    void add(Path path, String name) throws IOException {
        add(path, name, name, 0);
    }

    /** Adds files and folders within a folder that holds nothing else. */
    void addWrapped(List<Path> paths) throws IOException {
        requireDistinctNames(paths);
        run.beginFolder("", options.metadata().given());
        for (Path path : paths) {
            add(path, nameOf(path), nameOf(path), 1);
        }
        run.endFolder("", "");
    }

    private static void requireDistinctNames(List<Path> paths) {
        Set<String> names = new HashSet<>();
        for (Path path : paths) {
            String name = nameOf(path);
            if (name.isEmpty()) {
                throw new RefusedInputException("cannot wrap " + path + ": it has no name");
            }
            if (!names.add(name)) {
                throw new RefusedInputException("cannot wrap two files named \"" + name + "\" in one folder");
            }
        }
    }

    private void add(Path file, String path, String name, int nesting) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            addFolder(file, path, name, nesting, options.metadata().ofFolder(file, attributes));
        } else if (attributes.isRegularFile()) {
            try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                run.file(path, name, content, options.metadata().ofFile(file, attributes));
            }
        } else if (attributes.isSymbolicLink()) {
            run.symlink(path, name, targetOf(file), options.metadata().ofSymlink(attributes));
        } else {
            throw new RefusedInputException("cannot import " + file
                    + ": it is a pipe, socket or device; only files, folders and symbolic links can be imported");
        }
    }

    private void addFolder(Path folder, String path, String name, int nesting, UnixFsMetadata metadata)
            throws IOException {
        if (nesting >= FolderNode.MAX_NESTING) {
            throw new RefusedInputException(
                    "cannot import " + folder + ": over " + FolderNode.MAX_NESTING + " folders lie in each other");
        }
        run.beginFolder(path, metadata);
        for (String entry : entries(folder)) {
            add(folder.resolve(entry), path + "/" + entry, entry, nesting + 1);
        }
        run.endFolder(path, name);
    }

    private List<String> entries(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                String name = textOf(folder, entry);
                if (options.hidden() || !name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(BY_BYTES);
        return names;
    }

    /** An entry's name, provided that it says exactly what is on disk. */
    private static String textOf(Path folder, Path entry) {
        String name = String.valueOf(entry.getFileName());
        try {
            if (folder.resolve(name).equals(entry)) {
                return name;
            }
        } catch (InvalidPathException e) {
            // as below: this locale cannot write what it read
        }
        throw new RefusedInputException("cannot import " + entry + ": " + noText("its name"));
    }

    private static String noText(String what) {
        return what + " is no valid text in this locale (" + System.getProperty("sun.jnu.encoding")
                + "); rename it, or use a UTF-8 locale";
    }

    /** What a symbolic link leads to, which need not exist. */
    private static byte[] targetOf(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        String text = target.toString();
        try {
            if (link.getFileSystem().getPath(text).equals(target)) {
                return utf8(text);
            }
        } catch (InvalidPathException e) {
            // as below
        }
        throw new RefusedInputException("cannot import symbolic link " + link + ": " + noText("its target"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
