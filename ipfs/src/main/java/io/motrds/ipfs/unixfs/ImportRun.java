package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.pipeline.BlockPipeline;
import io.motrds.ipfs.pipeline.OrderedBlocks;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One import under way. The caller's thread tells what comes, depth first: files with their content, symbolic links, folders
 * that begin and end. The DAG is built behind it, by the pipeline's writer.
 */
final class ImportRun implements AutoCloseable {

    private final ImportOptions options;
    private final LeafFormat leaves;
    private final BlockPipeline pipeline;
    private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    // of the writer's thread alone
    private final Deque<FolderNode> folders = new ArrayDeque<>();
    private long bytesDone;
    private @Nullable DagRoot root;

    ImportRun(Blockstore blocks, ImportOptions options) {
        this.options = options;
        this.leaves = new LeafFormat(options);
        this.pipeline = new BlockPipeline(blocks, options.threads(), leaves.newBuffer().length);
    }

    /** Takes a file's content, to the stream's end. */
    void file(String path, String name, InputStream content, UnixFsMetadata metadata) throws IOException {
        OpenFile file = new OpenFile();
        byte[] buffer = takeBuffer();
        int length = read(content, buffer);
        boolean only = true;
        while (length == options.chunkSize()) {
            byte[] next = takeBuffer();
            int nextLength = read(content, next);
            if (nextLength == 0 && only) {
                buffers.add(next);
                break; // a file of one chunk may carry metadata in it
            }
            fullLeaf(file, buffer);
            only = false;
            buffer = next;
            length = nextLength;
        }
        if (length > 0 || (only && !options.trickle())) {
            boolean isRoot = only && !options.trickle();
            lastLeaf(file, leaves.block(buffer, length, isRoot ? metadata : UnixFsMetadata.NONE), length);
        }
        buffers.add(buffer);
        pipeline.step(blocks -> done(path, name, file.layout(blocks).finish(metadata)));
    }

    private int read(InputStream content, byte[] buffer) throws IOException {
        return content.readNBytes(buffer, leaves.contentOffset(), options.chunkSize());
    }

    private void fullLeaf(OpenFile file, byte[] buffer) throws IOException {
        pipeline.block(buffer, (blocks, hash) -> leaf(file, blocks, hash, buffer, options.chunkSize(), true));
    }

    private void lastLeaf(OpenFile file, byte[] block, int contentLength) throws IOException {
        pipeline.block(block, (blocks, hash) -> leaf(file, blocks, hash, block, contentLength, false));
    }

    void symlink(String path, String name, byte[] target, UnixFsMetadata metadata) throws IOException {
        byte[] data = UnixFsData.encodeSymlink(target, metadata);
        pipeline.step(blocks -> done(path, name, nodes(blocks).write(List.of(), data, 0, 0)));
    }

    void beginFolder(String path, UnixFsMetadata metadata) throws IOException {
        pipeline.step(blocks -> folders.push(new FolderNode(path, metadata)));
    }

    void endFolder(String path, String name) throws IOException {
        pipeline.step(blocks -> done(path, name, folders.pop().write(nodes(blocks))));
    }

    /** Waits until everything is durable. */
    Imported finish() throws IOException {
        pipeline.finish();
        DagRoot last = root;
        if (last == null) {
            throw new IllegalStateException("nothing was imported");
        }
        return new Imported(last.cid(), last.size(), last.dagSize());
    }

    @Override
    public void close() {
        pipeline.close();
    }

    private byte[] takeBuffer() {
        byte[] buffer = buffers.poll();
        return buffer == null ? leaves.newBuffer() : buffer;
    }

    private void leaf(
            OpenFile file, OrderedBlocks blocks, Multihash hash, byte[] block, int contentLength, boolean reuse) {
        Cid cid = leaves.cid(hash);
        blocks.put(cid, block, () -> {
            if (reuse) {
                buffers.add(block);
            }
            pipeline.taken(block);
        });
        file.layout(blocks).add(new DagRoot(cid, contentLength, block.length));
        bytesDone += contentLength;
        options.listener().progress(bytesDone);
    }

    private void done(String path, String name, DagRoot child) {
        options.listener().added(path, child.cid(), child.size());
        FolderNode folder = folders.peek();
        if (folder == null) {
            root = child;
        } else {
            folder.add(name, child);
        }
    }

    private NodeWriter nodes(OrderedBlocks blocks) {
        return new NodeWriter(blocks, options.cidVersion());
    }

    /** A file whose leaves are on their way; its layout belongs to the writer's thread. */
    private final class OpenFile {
        private @Nullable FileLayout layout;

        FileLayout layout(OrderedBlocks blocks) {
            FileLayout present = layout;
            if (present == null) {
                present = options.trickle()
                        ? new TrickleLayout(nodes(blocks), options.linksPerNode())
                        : new BalancedLayout(nodes(blocks), options.linksPerNode());
                layout = present;
            }
            return present;
        }
    }
}
