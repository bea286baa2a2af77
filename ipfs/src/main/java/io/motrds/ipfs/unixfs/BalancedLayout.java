package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.dagpb.DagPbLink;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one tree of a file's leaves, all at the same depth, built from below while they come: at each level at most one
 * node is open, so memory does not depend on the file's size. A file of one leaf is that leaf.
 */
final class BalancedLayout {

    private final NodeWriter nodes;
    private final int linksPerNode;
    private final List<List<DagRoot>> levels = new ArrayList<>();

    BalancedLayout(NodeWriter nodes, int linksPerNode) {
        this.nodes = nodes;
        this.linksPerNode = linksPerNode;
    }

    void add(DagRoot leaf) {
        add(0, leaf);
    }

    /** Closes the open nodes; the file must have a leaf. */
    DagRoot finish() {
        for (int level = 0; level < levels.size() - 1; level++) {
            add(level + 1, close(level));
        }
        int top = levels.size() - 1;
        return levels.get(top).size() == 1 ? levels.get(top).get(0) : close(top);
    }

    private void add(int level, DagRoot child) {
        if (level == levels.size()) {
            levels.add(new ArrayList<>());
        }
        if (levels.get(level).size() == linksPerNode) {
            add(level + 1, close(level));
        }
        levels.get(level).add(child);
    }

    private DagRoot close(int level) {
        List<DagRoot> children = levels.get(level);
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
        children.clear();
        return nodes.write(links, UnixFsData.encodeFile(size, sizes), size, dagSize);
    }
}
