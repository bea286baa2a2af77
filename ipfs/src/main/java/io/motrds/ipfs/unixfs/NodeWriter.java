package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.pipeline.OrderedBlocks;
import java.util.ArrayList;
import java.util.List;

/** Encodes, names and stores nodes other than the pieces of files. */
final class NodeWriter {

    private final OrderedBlocks blocks;
    private final int cidVersion;

    NodeWriter(OrderedBlocks blocks, int cidVersion) {
        this.blocks = blocks;
        this.cidVersion = cidVersion;
    }

    /** A node of a file whose content is that of its children. */
    DagRoot writeFile(List<DagRoot> children, UnixFsMetadata metadata) {
        List<DagPbLink> links = new ArrayList<>(children.size());
        long[] sizes = new long[children.size()];
        long size = 0;
        long dagSize = 0;
        for (DagRoot child : children) {
            sizes[links.size()] = child.size();
            links.add(child.link(""));
            size += child.size();
            dagSize += child.dagSize();
        }
        return write(links, UnixFsData.encodeFile(size, sizes, metadata), size, dagSize);
    }

    /**
     * Any node.
     *
     * @param size bytes of content, of all files below it
     * @param childrenDagSize bytes of all blocks below it
     */
    DagRoot write(List<DagPbLink> links, byte[] data, long size, long childrenDagSize) {
        byte[] block = DagPbNode.encode(links, data);
        Multihash hash = Multihash.sha256(block);
        Cid cid = cidVersion == 0 ? Cid.v0(hash) : Cid.v1(Cid.DAG_PB, hash);
        blocks.put(cid, block, () -> {});
        return new DagRoot(cid, size, Math.addExact(childrenDagSize, block.length));
    }
}
