package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.api.spi.Printable;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.unixfs.UnixFsNode.FileNode;
import io.motrds.ipfs.unixfs.UnixFsNode.Folder;
import io.motrds.ipfs.unixfs.UnixFsNode.Symlink;
import io.motrds.ipfs.unixfs.UnixFsNode.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files, folders and symbolic links to disk, with the modes and times that are stored. Names come from the DAG, so
 * from anybody: each must be a single, plain file name. Whatever exists is looked at without following symbolic links,
 * those written here, too. Not thread-safe.
 */
final class DiskWriter {

    private final NodeReader nodes;
    private final GetOptions options;
    private final ChildBlocks.Held held = new ChildBlocks.Held();
    private long written;

    DiskWriter(NodeReader nodes, GetOptions options) {
        this.nodes = nodes;
        this.options = options;
    }

    void write(Cid cid, UnixFsNode node, Path target, IpfsPath path) throws IOException {
        write(cid, node, target, path, 0);
    }

    private void write(Cid cid, UnixFsNode node, Path target, IpfsPath path, int nesting) throws IOException {
        if (node instanceof FileNode file) {
            requireFree(target, "a file");
            place(target, part -> writeFile(file, part, path));
        } else if (node instanceof Symlink link) {
            requireFree(target, "a symbolic link");
            place(target, part -> writeLink(cid, link, part, path));
        } else if (node instanceof Folder folder) {
            writeFolder(cid, folder, target, path, nesting);
        } else if (node instanceof Unsupported unsupported) {
            throw NodeReader.unsupported(cid, path, unsupported.what());
        }
    }

    private void writeFolder(Cid cid, Folder folder, Path target, IpfsPath path, int nesting) throws IOException {
        if (nesting >= FolderNode.MAX_NESTING) {
            throw NodeReader.malformed(cid, path, "over " + FolderNode.MAX_NESTING + " folders lie above it");
        }
        boolean made = makeFolder(target);
        FolderWalk walk =
                new FolderWalk(nodes, folder, path, link -> link.tsize().orElse(0), held);
        Set<String> names = new HashSet<>();
        for (DagPbLink link = walk.next(); link != null; link = walk.next()) {
            Path file = safeChild(target, link, path);
            String name = link.printableName();
            if (!names.add(name)) {
                throw NodeReader.malformed(cid, path, "it has two entries named \"" + name + "\"");
            }
            IpfsPath below = path.child(name);
            byte[] block = walk.block();
            if (block == null) {
                throw nodes.missing(link.cid(), below);
            }
            write(link.cid(), NodeReader.decode(link.cid(), block, below), file, below, nesting + 1);
        }
        if (made) { // a folder that was there stays as it is: it is the user's own
            FileMetadata.apply(
                    folder.metadata(), target); // after what lies in it: that changes the time, and may need the mode
        }
    }

    /** Makes a folder unless it is there; whether it did. */
    private static boolean makeFolder(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(target);
            return true;
        } else if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw inTheWay(target, "a folder");
        }
        return false;
    }

    private static RefusedInputException inTheWay(Path target, String wanted) {
        String what = Files.isSymbolicLink(target) ? "a symbolic link" : "something that is not " + wanted;
        return new RefusedInputException("cannot write " + wanted + " at " + target + ": " + what
                + " is there; remove it or choose another place");
    }

    private interface PartWriter {
        void write(Path part) throws IOException;
    }

    /** Lets something be written under another name, and gives it its own once it is complete. */
    private void place(Path target, PartWriter writer) throws IOException {
        Path part = target.resolveSibling(".motrds-" + UUID.randomUUID() + ".part");
        try {
            writer.write(part);
            if (options.overwrite()) {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE); // which replaces a file
            } else {
                Files.move(part, target);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void writeFile(FileNode file, Path part, IpfsPath path) throws IOException {
        try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
            FileReader reader = new FileReader(nodes, file, path, 0, Long.MAX_VALUE);
            for (ByteBuffer piece = reader.next(); piece != null; piece = reader.next()) {
                out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
                written += piece.remaining();
                options.progress().accept(written);
            }
        }
        FileMetadata.apply(file.metadata(), part);
    }

    private static void writeLink(Cid cid, Symlink link, Path part, IpfsPath path) throws IOException {
        Path leadsTo;
        try {
            leadsTo = part.getFileSystem().getPath(link.target());
        } catch (InvalidPathException e) {
            throw NodeReader.malformed(cid, path, "it is a symbolic link to what is no path on this system");
        }
        if (link.target().isEmpty()) {
            throw NodeReader.malformed(cid, path, "it is a symbolic link to nothing");
        }
        Files.createSymbolicLink(part, leadsTo);
        FileMetadata.apply(link.metadata(), part);
    }

    private void requireFree(Path target, String wanted) {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean replaceable = wanted.equals("a file")
                ? Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                : Files.isSymbolicLink(target);
        if (!replaceable) {
            throw inTheWay(target, wanted);
        }
        if (!options.overwrite()) {
            throw new RefusedInputException(
                    target + " exists; remove it, choose another place, or ask for it to be overwritten");
        }
    }

    private static Path safeChild(Path folder, DagPbLink link, IpfsPath path) {
        String name = link.name().orElse("");
        boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
        if (plain) {
            try {
                Path child = folder.getFileSystem().getPath(name);
                boolean single = !child.isAbsolute()
                        && child.getNameCount() == 1
                        && child.toString().equals(name);
                if (single) {
                    return folder.resolve(child);
                }
            } catch (InvalidPathException e) {
                // as below
            }
        }
        throw new RefusedInputException("cannot write " + Printable.quoted(link.printableName()) + " of " + path
                + ": it is no file name that is safe on this system; read that file by itself");
    }
}
