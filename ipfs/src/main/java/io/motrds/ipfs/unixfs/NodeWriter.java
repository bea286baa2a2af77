package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.util.List;

/** Encodes, names and stores the nodes that have links. */
final class NodeWriter {

    private final OrderedBlocks blocks;
    private final int cidVersion;

    NodeWriter(OrderedBlocks blocks, int cidVersion) {
        this.blocks = blocks;
        this.cidVersion = cidVersion;
    }

    DagRoot write(List<DagPbLink> links, byte[] data, long size, long childrenDagSize) {
        byte[] block = DagPbNode.encode(links, data);
        Multihash hash = Multihash.sha256(block);
        Cid cid = cidVersion == 0 ? Cid.v0(hash) : Cid.v1(Cid.DAG_PB, hash);
        blocks.put(cid, block, () -> {});
        return new DagRoot(cid, size, Math.addExact(childrenDagSize, block.length));
    }
}
