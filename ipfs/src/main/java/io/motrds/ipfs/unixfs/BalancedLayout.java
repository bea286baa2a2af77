package io.motrds.ipfs.unixfs;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes one tree of a file's leaves, all at the same depth, built from below while they come: at each level at most one
 * node is open, so memory does not depend on the file's size. A file of one leaf is that leaf.
 */
final class BalancedLayout implements FileLayout {

    private final NodeWriter nodes;
    private final int linksPerNode;
    private final List<List<DagRoot>> levels = new ArrayList<>();

    BalancedLayout(NodeWriter nodes, int linksPerNode) {
        this.nodes = nodes;
        this.linksPerNode = linksPerNode;
    }

    @Override
    public void add(DagRoot leaf) {
        add(0, leaf);
    }

    /** Closes the open nodes; the file must have a leaf. */
    @Override
    public DagRoot finish(UnixFsMetadata metadata) {
        for (int level = 0; level < levels.size() - 1; level++) {
            add(level + 1, close(level, UnixFsMetadata.NONE));
        }
        int top = levels.size() - 1;
        return levels.get(top).size() == 1 ? levels.get(top).get(0) : close(top, metadata);
    }

    private void add(int level, DagRoot child) {
        if (level == levels.size()) {
            levels.add(new ArrayList<>());
        }
        if (levels.get(level).size() == linksPerNode) {
            add(level + 1, close(level, UnixFsMetadata.NONE));
        }
        levels.get(level).add(child);
    }

    private DagRoot close(int level, UnixFsMetadata metadata) {
        DagRoot node = nodes.writeFile(levels.get(level), metadata);
        levels.get(level).clear();
        return node;
    }
}
