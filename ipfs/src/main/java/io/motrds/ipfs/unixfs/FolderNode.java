package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plain folder that is being put together: all its entries in one node. */
final class FolderNode {

    /** How deep folders may lie in each other, when they are written and when they are read. */
    static final int MAX_NESTING = 256;

    /** kubo makes a sharded folder of one whose names and CIDs take more bytes than this. */
    private static final int MAX_ENTRY_BYTES = 256 << 10;

    private final String path;
    private final List<DagPbLink> links = new ArrayList<>();
    private long size;
    private long dagSize;
    private long entryBytes;

    FolderNode(String path) {
        this.path = path;
    }

    void add(String name, DagRoot child) {
        entryBytes += name.getBytes(StandardCharsets.UTF_8).length + child.cid().length();
        requirePlain(path, entryBytes);
        links.add(child.link(name));
        size += child.size();
        dagSize += child.dagSize();
    }

    DagRoot write(NodeWriter nodes) {
        return nodes.write(links, UnixFsData.encodeFolder(), size, dagSize);
    }

    /** Refuses what kubo would shard: as a plain folder it would have another CID there. */
    static void requirePlain(String path, long entryBytes) {
        if (entryBytes > MAX_ENTRY_BYTES) {
            throw new RefusedInputException(
                    "folder " + path + " has too many entries for a plain folder (names and CIDs " + "over "
                            + MAX_ENTRY_BYTES + " bytes); sharded folders are not supported yet, split the folder");
        }
    }
}
