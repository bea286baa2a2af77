package io.motrds.ipfs.unixfs;

import io.motrds.api.Batch;
import io.motrds.api.Key;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Stores blocks in the order in which they come, in batches of bounded size. The last block always waits for the next:
 * so at the end the root, which comes last, is written after everything below it was committed. Not thread-safe.
 */
final class OrderedBlocks implements AutoCloseable {

    private static final int BATCH_BYTES = 8 << 20;
    private static final int ENTRY_OVERHEAD = 256; // what a batch keeps beside the bytes, roughly

    private final Blockstore blocks;
    private Batch batch;
    private int batchBytes;
    private @Nullable Waiting last;

    private record Waiting(Key key, byte[] block, Runnable taken) {}

    OrderedBlocks(Blockstore blocks) {
        this.blocks = blocks;
        this.batch = blocks.batch();
    }

    /** Stores a block; runs {@code taken} when its array is no longer needed. */
    void put(Cid cid, byte[] block, Runnable taken) {
        deferLast();
        last = new Waiting(blocks.key(cid), block, taken);
        if (batchBytes >= BATCH_BYTES) {
            commit();
        }
    }

    /** Stores everything but the last block, then the last block, and makes all durable. */
    void finish() {
        if (batchBytes > 0) {
            commit();
        }
        deferLast();
        commit();
        blocks.sync();
    }

    private void deferLast() {
        Waiting waiting = last;
        if (waiting == null) {
            return;
        }
        batch.put(waiting.key, waiting.block);
        batchBytes += waiting.block.length + ENTRY_OVERHEAD;
        waiting.taken.run();
        last = null;
    }

    private void commit() {
        try (Batch full = batch) {
            full.commit();
        }
        batch = blocks.batch();
        batchBytes = 0;
    }

    @Override
    public void close() {
        batch.close();
    }
}
