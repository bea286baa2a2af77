package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Puts files and folders into a block store as UnixFS. With the default options the same bytes get the same CID as from
 * {@code ipfs add}.
 *
 * <p>Memory stays flat however large a file is: about 32 MiB beside what the store takes. Reading, hashing and storing
 * overlap. The root is written last and everything is durable when a method returns; one that fails leaves blocks behind,
 * but no root.
 *
 * <p>Symbolic links are stored as such, never followed. Pipes, sockets and devices are refused. Beside what a file takes,
 * memory holds the names of the folders that are open: about 300 bytes for each. Thread-safe; each call has threads of its own, which end with it.
 */
public final class UnixFsImporter {

    private final Blockstore blocks;
    private final ImportOptions options;

    /** Imports with kubo's defaults. */
    public UnixFsImporter(Blockstore blocks) {
        this(blocks, ImportOptions.defaults());
    }

    /** Imports with options. */
    public UnixFsImporter(Blockstore blocks, ImportOptions options) {
        this.blocks = blocks;
        this.options = options;
    }

    /**
     * Imports the content of a stream, which is read to its end and left open.
     *
     * @throws IOException if the stream cannot be read, or this thread is interrupted
     * @throws io.motrds.api.DatastoreException if the store fails
     */
    public Imported add(InputStream content) throws IOException {
        try (ImportRun run = new ImportRun(blocks, options)) {
            run.file("", "", content, options.metadata().given());
            return run.finish();
        }
    }

    /**
     * Imports a file, or a folder with all that is in it but, unless the options say so, hidden files.
     *
     * @throws IOException if something cannot be read, or this thread is interrupted
     * @throws RefusedInputException if there is a pipe, socket or device, a folder that is too deep, or a name that is no
     *     Unicode; the message names the path
     * @throws io.motrds.api.DatastoreException if the store fails
     */
    public Imported add(Path path) throws IOException {
        try (ImportRun run = new ImportRun(blocks, options)) {
            new FileTree(run, options).add(path, FileTree.nameOf(path));
            return run.finish();
        }
    }

    /**
     * Imports files and folders, and one folder around them in which each has its name.
     *
     * @throws IOException as {@link #add(Path)}
     * @throws RefusedInputException as {@link #add(Path)}, and if two have one name, or one has none, as {@code /}
     * @throws io.motrds.api.DatastoreException if the store fails
     */
    public Imported addWrapped(Collection<Path> paths) throws IOException {
        try (ImportRun run = new ImportRun(blocks, options)) {
            new FileTree(run, options).addWrapped(List.copyOf(paths));
            return run.finish();
        }
    }
}
