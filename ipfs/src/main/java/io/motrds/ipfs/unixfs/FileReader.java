package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.unixfs.UnixFsNode.FileNode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Walks the part of a file's DAG that holds a range of its bytes, and gives those bytes piece by piece.
 *
 * <p>Each child must have the size that its parent claims. Children of size 0 are not visited: so the work is bounded by
 * the bytes asked for, whatever the DAG looks like. Not thread-safe.
 */
final class FileReader {

    /** How many nodes may lie between a file's root and its content: a file of 2 links a node would have 4 GiB pieces. */
    static final int MAX_DEPTH = 32;

    private final NodeReader reader;
    private final IpfsPath path;
    private final long from;
    private final long to;
    private final Deque<Open> stack = new ArrayDeque<>();
    private final ChildBlocks.Held held = new ChildBlocks.Held();

    /** The bytes from one offset (inclusive) to another (exclusive), as far as the file has them. */
    FileReader(NodeReader reader, FileNode root, IpfsPath path, long from, long to) {
        this.reader = reader;
        this.path = path;
        this.from = from;
        this.to = to;
        stack.push(new Open(root, 0));
    }

    /** The next bytes, over an array, at least one; null at the end. */
    @Nullable ByteBuffer next() {
        while (true) {
            Open top = stack.peek();
            if (top == null) {
                return null;
            }
            ByteBuffer own = top.takeData();
            if (own.hasRemaining()) {
                return own;
            }
            if (top.toNextChild()) {
                descend(top);
            } else {
                top.children.release();
                stack.pop();
            }
        }
    }

    private void descend(Open parent) {
        int index = parent.index;
        long size = parent.node.sizes()[index];
        Cid cid = parent.node.links().get(index).cid();
        if (stack.size() > MAX_DEPTH) {
            throw NodeReader.malformed(cid, path, "over " + MAX_DEPTH + " nodes lie above it in one file");
        }
        FileNode child = fileOf(cid, NodeReader.decode(cid, parent.children.get(index), path));
        if (child.size() != size) {
            throw NodeReader.malformed(
                    cid, path, "it has " + child.size() + " bytes of content, but the node above claims " + size);
        }
        stack.push(new Open(child, parent.position));
        parent.index++;
        parent.position += size;
    }

    private FileNode fileOf(Cid cid, UnixFsNode node) {
        if (node instanceof FileNode file) {
            return file;
        }
        String what = node instanceof UnixFsNode.Folder ? "a folder" : "a symbolic link";
        if (node instanceof UnixFsNode.Unsupported unsupported) {
            what = unsupported.what();
        }
        throw NodeReader.malformed(cid, path, "it is " + what + " within a file");
    }

    /** A node on the way from the root to where the walk is. */
    private final class Open {
        final FileNode node;
        final long start;
        final ChildBlocks children;
        boolean dataTaken;
        int index;
        long position; // of the child at the index

        Open(FileNode node, long start) {
            this.node = node;
            this.start = start;
            this.position = start + node.data().remaining();
            this.children = new ChildBlocks(reader, node.links(), this::wantedSize, path, held);
        }

        /** What lies in the range of this node's own content; nothing the second time. */
        ByteBuffer takeData() {
            ByteBuffer data = node.data();
            int length = data.remaining();
            int first = dataTaken ? length : (int) Math.min(length, Math.max(0, from - start));
            int last = (int) Math.max(first, Math.min(length, to - start));
            dataTaken = true;
            return data.slice(data.position() + first, last - first);
        }

        /** Passes over children that lie before the range; false when none is left in it. */
        boolean toNextChild() {
            long[] sizes = node.sizes();
            while (index < sizes.length && (sizes[index] == 0 || position + sizes[index] <= from)) {
                position += sizes[index];
                index++;
            }
            return index < sizes.length && position < to;
        }

        /** A child's size, 0 when it lies behind the range; asked for from the current child on. */
        private long wantedSize(int child) {
            long childPosition = position;
            for (int i = index; i < child; i++) {
                childPosition += node.sizes()[i];
            }
            return childPosition < to ? node.sizes()[child] : 0;
        }
    }
}
