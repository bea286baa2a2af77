package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;

/**
 * What a parent must know of a part of a DAG.
 *
 * @param cid its root
 * @param size bytes of content
 * @param dagSize bytes of all blocks
 */
record DagRoot(Cid cid, long size, long dagSize) {

    DagPbLink link(String name) {
        return DagPbLink.of(cid, name, dagSize);
    }
}
