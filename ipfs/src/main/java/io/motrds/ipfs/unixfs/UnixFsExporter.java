package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.unixfs.UnixFsNode.FileNode;
import io.motrds.ipfs.unixfs.UnixFsNode.Folder;
import io.motrds.ipfs.unixfs.UnixFsNode.PlainFolder;
import io.motrds.ipfs.unixfs.UnixFsNode.Shard;
import io.motrds.ipfs.unixfs.UnixFsNode.Symlink;
import io.motrds.ipfs.unixfs.UnixFsNode.Unsupported;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads files and folders out of a block store.
 *
 * <p>Every block is checked against its hash, and the sizes that nodes claim against what is there. Blocks are read ahead
 * in windows of bounded size. What each method can throw beside its own: {@link NotFoundException} for a block or name
 * that is not there, {@link io.motrds.api.CorruptDataException} for a damaged block, {@link
 * io.motrds.ipfs.MalformedBlockException} for one that lies or is no dag-pb or UnixFS, {@link
 * UnsupportedContentException} for other codecs and kinds of UnixFS, and what the datastore throws.
 *
 * <p>Symbolic links are shown, and written to disk as such, but never followed.
 *
 * <p>Thread-safe.
 */
public final class UnixFsExporter {

    private final NodeReader nodes;

    /** Reads from a store. */
    public UnixFsExporter(Blockstore blocks) {
        this.nodes = new NodeReader(blocks);
    }

    /** What a path leads to; its name is the path's last, empty for a CID alone. */
    public FolderEntry stat(IpfsPath path) {
        Resolved found = resolve(path);
        String name =
                path.names().isEmpty() ? "" : path.names().get(path.names().size() - 1);
        return entry(name, found.cid, found.node);
    }

    /**
     * What a folder holds, in the order in which it is stored; for anything else that itself, as from {@link #stat}. An
     * entry whose root the store lacks is listed as {@link EntryType#MISSING}.
     */
    public List<FolderEntry> ls(IpfsPath path) {
        Resolved found = resolve(path);
        if (found.node instanceof Unsupported) {
            throw unsupported(found, path);
        }
        if (!(found.node instanceof Folder folder)) {
            return List.of(stat(path));
        }
        FolderWalk walk = new FolderWalk(nodes, folder, path, UnixFsExporter::claimedSize, new ChildBlocks.Held());
        List<FolderEntry> entries = new ArrayList<>();
        for (DagPbLink link = walk.next(); link != null; link = walk.next()) {
            entries.add(entry(link, walk, path));
        }
        return entries;
    }

    /** A child of plain bytes or an unknown codec need not be read to be listed. */
    private static FolderEntry entry(DagPbLink link, FolderWalk walk, IpfsPath path) {
        Cid cid = link.cid();
        String name = link.printableName();
        if (cid.codec() == Cid.RAW) {
            return plainEntry(
                    name, cid, EntryType.FILE, Math.max(0, link.tsize().orElse(0)));
        }
        if (cid.codec() != Cid.DAG_PB) {
            return plainEntry(name, cid, EntryType.OTHER, 0);
        }
        byte[] block = walk.block();
        return block == null
                ? plainEntry(name, cid, EntryType.MISSING, 0)
                : entry(name, cid, NodeReader.decode(cid, block, path));
    }

    private static FolderEntry plainEntry(String name, Cid cid, EntryType type, long size) {
        return new FolderEntry(name, cid, type, size, UnixFsMetadata.NONE, Optional.empty());
    }

    private static long claimedSize(DagPbLink link) {
        return link.cid().codec() == Cid.DAG_PB ? link.tsize().orElse(0) : 0;
    }

    private static FolderEntry entry(String name, Cid cid, UnixFsNode node) {
        EntryType type = EntryType.OTHER;
        long size = 0;
        Optional<String> target = Optional.empty();
        if (node instanceof FileNode file) {
            type = EntryType.FILE;
            size = file.size();
        } else if (node instanceof Folder) {
            type = EntryType.FOLDER;
        } else if (node instanceof Symlink link) {
            type = EntryType.SYMLINK;
            target = Optional.of(link.target());
        }
        return new FolderEntry(name, cid, type, size, node.metadata(), target);
    }

    /** Writes a file's content. */
    public void cat(IpfsPath path, OutputStream out) throws IOException {
        cat(path, 0, Long.MAX_VALUE, out);
    }

    /**
     * Writes a part of a file's content, reading only the blocks that hold it. The stream is neither flushed nor closed.
     *
     * @param offset where to start; from beyond the end nothing is written
     * @param length how many bytes at most
     * @throws RefusedInputException if the path leads to a folder, or a number is negative
     * @throws IOException if the stream cannot be written to
     */
    public void cat(IpfsPath path, long offset, long length, OutputStream out) throws IOException {
        FileReader file = reader(path, offset, length);
        for (ByteBuffer piece = file.next(); piece != null; piece = file.next()) {
            out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        }
    }

    /**
     * A part of a file's content as a stream, which reads from the store while it is read. It holds nothing that needs to
     * be closed. Not thread-safe.
     *
     * @throws RefusedInputException as {@link #cat(IpfsPath, long, long, OutputStream)}
     */
    public InputStream open(IpfsPath path, long offset, long length) {
        return new FileStream(reader(path, offset, length));
    }

    private FileReader reader(IpfsPath path, long offset, long length) {
        if (offset < 0 || length < 0) {
            throw new RefusedInputException(
                    (offset < 0 ? "offset " + offset : "length " + length) + " is negative; give 0 or more");
        }
        Resolved found = resolve(path);
        if (found.node instanceof Folder) {
            throw new RefusedInputException(path + " is a folder, not a file; list it, or name a file in it");
        }
        if (found.node instanceof Symlink link) {
            throw new RefusedInputException(path + " is a symbolic link to \"" + link.target()
                    + "\", not a file; links are not followed, name what it leads to");
        }
        if (!(found.node instanceof FileNode file)) {
            throw unsupported(found, path);
        }
        long end = offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length;
        return new FileReader(nodes, file, path, offset, end);
    }

    /**
     * Writes a file or folder to disk.
     *
     * @see #get(IpfsPath, Path, GetOptions)
     */
    public void get(IpfsPath path, Path target) throws IOException {
        get(path, target, GetOptions.defaults());
    }

    /**
     * Writes a file or folder to disk, never anywhere but to the target: names that lead elsewhere are refused, symbolic
     * links that exist there are not followed. Folders that exist are filled. A file appears under its name when it is
     * complete. After a failure, what was written before stays.
     *
     * @param target the name that it gets; the folder above it must exist
     * @throws RefusedInputException if a name is no safe file name, or something is in the way
     * @throws IOException if the disk cannot be written to
     */
    public void get(IpfsPath path, Path target, GetOptions options) throws IOException {
        Resolved found = resolve(path);
        new DiskWriter(nodes, options).write(found.cid, found.node, target, path);
    }

    private record Resolved(Cid cid, UnixFsNode node) {}

    private Resolved resolve(IpfsPath path) {
        IpfsPath here = IpfsPath.of(path.root());
        Resolved found = new Resolved(path.root(), nodes.read(path.root(), here));
        for (String name : path.names()) {
            Cid next = lookUp(found, here, name);
            here = here.child(name);
            found = new Resolved(next, nodes.read(next, here));
        }
        return found;
    }

    private Cid lookUp(Resolved parent, IpfsPath path, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        Optional<Cid> entry = Optional.empty();
        String why = "";
        if (parent.node instanceof PlainFolder folder) {
            entry = folder.links().stream()
                    .filter(link -> link.hasName(utf8))
                    .map(DagPbLink::cid)
                    .findFirst();
        } else if (parent.node instanceof Shard shard) {
            entry = lookUp(shard, path, utf8);
        } else if (parent.node instanceof FileNode) {
            why = ": it is a file";
        } else if (parent.node instanceof Symlink link) {
            why = ": it is a symbolic link to \"" + link.target() + "\", and links are not followed";
        } else {
            throw unsupported(parent, path);
        }
        String reason = why;
        return entry.orElseThrow(() -> new NotFoundException("there is no \"" + name + "\" in " + path + reason));
    }

    /** Reads the shards on the way to where a name must be. */
    private Optional<Cid> lookUp(Shard root, IpfsPath path, byte[] name) {
        long hash = Murmur3.hash(name);
        Shard shard = root;
        for (int used = 0, bits = root.places().bits();
                used + bits <= Long.SIZE;
                bits = shard.places().bits()) {
            int index = shard.places().linkAt((int) ((hash << used) >>> (Long.SIZE - bits)));
            if (index < 0) {
                return Optional.empty();
            }
            DagPbLink link = shard.links().get(index);
            if (!shard.places().isShard(link)) {
                boolean found =
                        link.withoutPrefix(shard.places().prefixLength()).hasName(name);
                return found ? Optional.of(link.cid()) : Optional.empty();
            }
            used += bits;
            shard = nodes.readShard(link.cid(), path);
        }
        return Optional.empty();
    }

    private static UnsupportedContentException unsupported(Resolved found, IpfsPath path) {
        String what = found.node instanceof Unsupported unsupported ? unsupported.what() : "of another kind";
        return NodeReader.unsupported(found.cid, path, what);
    }
}
