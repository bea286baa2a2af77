package io.motrds.ipfs.unixfs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Makes a tree of a file's leaves in which the first ones hang from the root, so that reading can start at once: a node has
 * leaves, then four subtrees of depth 1, four of depth 2, and so on, each a tree of the same kind. There is a root even
 * for a file of one leaf or none. Only the nodes on the way from the root to the last leaf are open.
 */
final class TrickleLayout implements FileLayout {

    private static final int SUBTREES_OF_A_DEPTH = 4;

    private final NodeWriter nodes;
    private final int leavesPerNode;
    private final Deque<Open> path = new ArrayDeque<>();

    /** A node that is not full. Its subtrees are all less deep than it is itself. */
    private record Open(int depth, List<DagRoot> children) {}

    TrickleLayout(NodeWriter nodes, int leavesPerNode) {
        this.nodes = nodes;
        this.leavesPerNode = leavesPerNode;
        open(Integer.MAX_VALUE);
    }

    private void open(int depth) {
        path.push(new Open(depth, new ArrayList<>()));
    }

    @Override
    public void add(DagRoot leaf) {
        Open here = path.element();
        while (here.children.size() >= leavesPerNode) {
            int subtreeDepth = (here.children.size() - leavesPerNode) / SUBTREES_OF_A_DEPTH + 1;
            if (subtreeDepth < here.depth) {
                open(subtreeDepth);
            } else {
                close();
            }
            here = path.element();
        }
        here.children.add(leaf);
    }

    private void close() {
        DagRoot full = nodes.writeFile(path.pop().children, UnixFsMetadata.NONE);
        path.element().children.add(full);
    }

    @Override
    public DagRoot finish(UnixFsMetadata metadata) {
        while (path.size() > 1) {
            close();
        }
        return nodes.writeFile(path.pop().children, metadata);
    }
}
