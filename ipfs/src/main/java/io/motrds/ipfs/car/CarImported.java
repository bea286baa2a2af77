package io.motrds.ipfs.car;

import io.motrds.ipfs.cid.Cid;
import java.util.List;

/**
 * What a CAR held.
 *
 * @param roots those that its header names, as they stand there
 * @param blocks how many there were, repeated ones counted
 * @param bytes of all these blocks
 */
public record CarImported(List<Cid> roots, long blocks, long bytes) {

    /** Copies the roots. */
    public CarImported {
        roots = List.copyOf(roots);
    }
}
