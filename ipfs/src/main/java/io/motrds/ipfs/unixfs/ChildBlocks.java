package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that a node links to, read in order and ahead: some at a time, so that the store can pipeline. How many is
 * decided by the sizes that the parents claim. As those may be lies, the number is bounded, too, and while the windows of
 * one walk hold too much together, each block is read for itself.
 */
final class ChildBlocks {

    private static final int WINDOW_BYTES = 8 << 20;
    private static final int WINDOW_BLOCKS = 32;
    private static final int TYPICAL_NODE = 16 << 10;

    /** What the windows of one walk through a DAG hold together. Not thread-safe. */
    static final class Held {
        private long bytes;
    }

    private final NodeReader reader;
    private final List<DagPbLink> links;
    private final IntToLongFunction claimedSizes;
    private final IpfsPath path;
    private final Held held;
    private Map<Cid, byte[]> window = Map.of();

    /**
     * Children of one node.
     *
     * @param claimedSizes bytes of what is below each link, unsigned; 0 for one that need not be read ahead
     * @param path of the node, for messages
     */
    ChildBlocks(NodeReader reader, List<DagPbLink> links, IntToLongFunction claimedSizes, IpfsPath path, Held held) {
        this.reader = reader;
        this.links = links;
        this.claimedSizes = claimedSizes;
        this.path = path;
        this.held = held;
    }

    /** The block at an index; indexes are asked for in rising order. */
    byte[] get(int index) {
        byte[] block = find(index);
        if (block == null) {
            throw reader.missing(links.get(index).cid(), path);
        }
        return block;
    }

    /** As {@link #get}; null when the store lacks the block. */
    byte @Nullable [] find(int index) {
        Cid cid = links.get(index).cid();
        byte[] block = window.get(cid);
        if (block == null) {
            fill(index);
            block = window.get(cid);
        }
        return block;
    }

    /** Forgets the blocks read ahead. */
    void release() {
        held.bytes -= bytesOf(window);
        window = Map.of();
    }

    private void fill(int first) {
        release();
        List<Cid> wanted = new ArrayList<>();
        long bytes = 0;
        for (int i = first; i < Math.min(links.size(), first + WINDOW_BLOCKS); i++) {
            long claimed = claimedSizes.applyAsLong(i);
            if (claimed == 0 && i > first) {
                continue;
            }
            bytes += claimed < 0 || claimed > Blockstore.MAX_BLOCK_BYTES ? TYPICAL_NODE : claimed;
            if (!wanted.isEmpty() && bytes + held.bytes > WINDOW_BYTES) {
                break;
            }
            wanted.add(links.get(i).cid());
        }
        window = reader.blocks().getAll(wanted);
        held.bytes += bytesOf(window);
    }

    private static long bytesOf(Map<Cid, byte[]> window) {
        return window.values().stream().mapToLong(block -> block.length).sum();
    }
}
