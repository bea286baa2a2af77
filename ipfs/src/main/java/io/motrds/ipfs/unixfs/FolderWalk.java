package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.unixfs.UnixFsNode.Folder;
import io.motrds.ipfs.unixfs.UnixFsNode.Shard;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Walks the entries of a folder, sharded or not, in the order in which they are stored.
 *
 * <p>No shard is visited twice: two of one folder are never alike, as their names differ, so that a repeated one is a lie,
 * and without it the work is bounded by what is stored. Nor is one deeper than a hash has bits. Not thread-safe.
 */
final class FolderWalk {

    private final NodeReader nodes;
    private final IpfsPath path;
    private final ToLongFunction<DagPbLink> claimedSize;
    private final ChildBlocks.Held held;
    private final Deque<Open> stack = new ArrayDeque<>();
    private final Set<Cid> shards = new HashSet<>();

    /** A node of which some entries were met already. */
    private final class Open {
        final List<DagPbLink> links;
        final @Nullable ShardPlaces places;
        final int bits; // of a name's hash that choose among the places of this shard and those above
        final ChildBlocks children;
        int next;

        Open(Folder folder, int bitsAbove) {
            if (folder instanceof Shard shard) {
                places = shard.places();
                bits = bitsAbove + shard.places().bits();
            } else {
                places = null;
                bits = 0;
            }
            links = folder.links();
            children = new ChildBlocks(nodes, links, i -> claimedSize.applyAsLong(links.get(i)), path, held);
        }
    }

    /**
     * Starts before the first entry.
     *
     * @param claimedSize bytes of what is below a link, unsigned; 0 for one that need not be read ahead
     * @param path of the folder, for messages
     */
    FolderWalk(
            NodeReader nodes,
            Folder folder,
            IpfsPath path,
            ToLongFunction<DagPbLink> claimedSize,
            ChildBlocks.Held held) {
        this.nodes = nodes;
        this.path = path;
        this.claimedSize = claimedSize;
        this.held = held;
        stack.push(new Open(folder, 0));
    }

    /** Goes to the next entry and gives its link, named as the entry is; null at the end. */
    @Nullable DagPbLink next() {
        while (true) {
            Open top = stack.peek();
            if (top == null) {
                return null;
            }
            if (top.next == top.links.size()) {
                top.children.release();
                stack.pop();
                continue;
            }
            DagPbLink link = top.links.get(top.next++);
            ShardPlaces places = top.places;
            if (places == null) {
                return link;
            }
            if (!places.isShard(link)) {
                return link.withoutPrefix(places.prefixLength());
            }
            if (!shards.add(link.cid())) {
                throw NodeReader.malformed(link.cid(), path, "it is a shard that its folder has twice");
            }
            descend(link.cid(), top);
        }
    }

    private void descend(Cid cid, Open above) {
        Open below = new Open(NodeReader.shard(cid, above.children.get(above.next - 1), path), above.bits);
        if (below.bits > Long.SIZE) {
            throw NodeReader.malformed(cid, path, "it is a shard deeper than a name's hash reaches");
        }
        stack.push(below);
    }

    /** The block of the entry given last; null when the store lacks it. */
    byte @Nullable [] block() {
        Open top = stack.element();
        return top.children.find(top.next - 1);
    }
}
