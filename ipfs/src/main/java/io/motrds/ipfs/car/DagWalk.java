package io.motrds.ipfs.car;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.cid.Cid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Visits the blocks of a DAG, each once, depth first, a block before those that it links to. Where blocks turn out to have
 * no links, those beside them are read ahead, so that the store can pipeline. Not thread-safe.
 */
final class DagWalk {

    private static final int WINDOW_BLOCKS = 16;
    private static final int MAX_OPEN_LINKS = 1 << 20; // on the way from the root to where the walk is

    private final Blockstore blocks;
    private final Cid root;
    private final BiFunction<Cid, byte[], Collection<Cid>> linksOf;
    private final Set<Cid> visited = new HashSet<>();
    private final Deque<Open> stack = new ArrayDeque<>();
    private int openLinks;
    private Map<Cid, byte[]> window = Map.of();
    private Cid cid;
    private byte[] block = {};

    /** A node whose links were not all followed yet. */
    private static final class Open {
        final List<Cid> links;
        int next;
        boolean aboveLeaves; // whether the link followed last had none itself

        Open(Collection<Cid> links) {
            this.links = new ArrayList<>(links);
        }
    }

    /**
     * Starts before the root.
     *
     * @param linksOf a block's links; what it throws ends the walk
     */
    DagWalk(Blockstore blocks, Cid root, BiFunction<Cid, byte[], Collection<Cid>> linksOf) {
        this.blocks = blocks;
        this.root = root;
        this.cid = root;
        this.linksOf = linksOf;
        push(List.of(root));
    }

    /**
     * Goes to the next block; false when there is none.
     *
     * @throws NotFoundException if the store lacks it
     */
    boolean next() {
        for (Open top = stack.peek(); top != null; top = stack.peek()) {
            if (top.next == top.links.size()) {
                stack.pop();
                openLinks -= top.links.size() + 1;
                continue;
            }
            Cid link = top.links.get(top.next);
            if (visited.contains(link)) {
                top.next++;
                continue;
            }
            visit(link, top);
            return true;
        }
        return false;
    }

    private void visit(Cid link, Open above) {
        byte[] found = window.get(link);
        if (found == null) {
            window = blocks.getAll(ahead(above));
            found = window.get(link);
        }
        if (found == null) {
            String below = link.equals(root) ? "" : ", of the DAG of " + root + ",";
            throw new NotFoundException("block " + link + below + " is not in " + blocks.name());
        }
        above.next++;
        visited.add(link);
        cid = link;
        block = found;
        Collection<Cid> links = linksOf.apply(link, found);
        above.aboveLeaves = links.isEmpty();
        if (!links.isEmpty()) {
            window = Map.of();
            push(links);
        }
    }

    /** The next link, and, above leaves, those behind it. */
    private List<Cid> ahead(Open open) {
        List<Cid> wanted = new ArrayList<>();
        for (int i = open.next; i < open.links.size() && wanted.size() < WINDOW_BLOCKS; i++) {
            Cid link = open.links.get(i);
            if (!visited.contains(link)) {
                wanted.add(link);
            }
            if (!open.aboveLeaves) {
                break;
            }
        }
        return wanted;
    }

    private void push(Collection<Cid> links) {
        openLinks += links.size() + 1;
        if (openLinks > MAX_OPEN_LINKS) {
            throw new MalformedBlockException("block " + cid + " of the DAG of " + root
                    + ": the nodes above it have over " + MAX_OPEN_LINKS + " links; no file or folder is so deep");
        }
        stack.push(new Open(links));
    }

    /** The name of the block. */
    Cid cid() {
        return cid;
    }

    /** The block, checked against its hash; not to be changed. */
    byte[] block() {
        return block;
    }
}
