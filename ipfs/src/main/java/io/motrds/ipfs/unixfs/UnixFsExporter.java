package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.unixfs.UnixFsNode.FileNode;
import io.motrds.ipfs.unixfs.UnixFsNode.Folder;
import io.motrds.ipfs.unixfs.UnixFsNode.Unsupported;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files and folders out of a block store.
 *
 * <p>Every block is checked against its hash, and the sizes that nodes claim against what is there. Blocks are read ahead
 * in windows of bounded size. What each method can throw beside its own: {@link NotFoundException} for a block or name
 * that is not there, {@link io.motrds.api.CorruptDataException} for a damaged block, {@link
 * io.motrds.ipfs.MalformedBlockException} for one that lies or is no dag-pb or UnixFS, {@link
 * UnsupportedContentException} for sharded folders, symbolic links and other codecs, and what the datastore
 * throws.
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

    /** What a folder holds, in the order in which it is stored; for a file the file itself, as from {@link #stat}. */
    public List<FolderEntry> ls(IpfsPath path) {
        Resolved found = resolve(path);
        if (found.node instanceof FileNode) {
            return List.of(stat(path));
        }
        if (!(found.node instanceof Folder folder)) {
            throw unsupported(found, path);
        }
        List<DagPbLink> links = folder.entries();
        ChildBlocks children =
                new ChildBlocks(nodes, links, i -> claimedSize(links.get(i)), path, new ChildBlocks.Held());
        List<FolderEntry> entries = new ArrayList<>(links.size());
        for (int i = 0; i < links.size(); i++) {
            entries.add(entry(links.get(i), children, i, path));
        }
        return entries;
    }

    /** A child of plain bytes or an unknown codec need not be read to be listed. */
    private static FolderEntry entry(DagPbLink link, ChildBlocks children, int index, IpfsPath path) {
        Cid cid = link.cid();
        String name = link.printableName();
        if (cid.codec() == Cid.RAW) {
            return new FolderEntry(
                    name, cid, EntryType.FILE, Math.max(0, link.tsize().orElse(0)));
        }
        if (cid.codec() != Cid.DAG_PB) {
            return new FolderEntry(name, cid, EntryType.OTHER, 0);
        }
        return entry(name, cid, NodeReader.decode(cid, children.get(index), path));
    }

    private static long claimedSize(DagPbLink link) {
        return link.cid().codec() == Cid.DAG_PB ? link.tsize().orElse(0) : 0;
    }

    private static FolderEntry entry(String name, Cid cid, UnixFsNode node) {
        if (node instanceof FileNode file) {
            return new FolderEntry(name, cid, EntryType.FILE, file.size());
        }
        EntryType type = node instanceof Unsupported other ? other.type() : EntryType.FOLDER;
        return new FolderEntry(name, cid, type, 0);
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

    private static Cid lookUp(Resolved parent, IpfsPath path, String name) {
        if (parent.node instanceof FileNode) {
            throw new NotFoundException("there is no \"" + name + "\" in " + path + ": it is a file");
        }
        if (!(parent.node instanceof Folder folder)) {
            throw unsupported(parent, path);
        }
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        for (DagPbLink link : folder.entries()) {
            if (link.hasName(utf8)) {
                return link.cid();
            }
        }
        throw new NotFoundException("there is no \"" + name + "\" in " + path);
    }

    private static UnsupportedContentException unsupported(Resolved found, IpfsPath path) {
        String what = found.node instanceof Unsupported unsupported ? unsupported.what() : "of another kind";
        return NodeReader.unsupported(found.cid, path, what);
    }
}
