package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that is being put together. Written, it is one node with all its entries, or, where kubo would do so, too, a
 * tree of shards.
 */
final class FolderNode {

    /** How deep folders may lie in each other, when they are written and when they are read. */
    static final int MAX_NESTING = 256;

    /** A folder whose names and CIDs take more bytes than this is sharded: kubo's default. */
    private static final int MAX_ENTRY_BYTES = 256 << 10;

    private final String path;
    private final UnixFsMetadata metadata;
    private final List<Entry> entries = new ArrayList<>();
    private long entryBytes;

    record Entry(String name, DagRoot root) {}

    FolderNode(String path, UnixFsMetadata metadata) {
        this.path = path;
        this.metadata = metadata;
    }

    void add(String name, DagRoot child) {
        entryBytes += name.getBytes(StandardCharsets.UTF_8).length + child.cid().length();
        entries.add(new Entry(name, child));
    }

    DagRoot write(NodeWriter nodes) {
        if (entryBytes > MAX_ENTRY_BYTES) {
            return new HamtWriter(path, entries, nodes).write(metadata);
        }
        List<DagPbLink> links = new ArrayList<>(entries.size());
        long size = 0;
        long dagSize = 0;
        for (Entry entry : entries) {
            links.add(entry.root.link(entry.name));
            size += entry.root.size();
            dagSize += entry.root.dagSize();
        }
        return nodes.write(links, UnixFsData.encodeFolder(metadata), size, dagSize);
    }
}
