package io.motrds.ipfs.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.unixfs.RecordingStore;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is said to be stored is stored, whichever of several commits takes longest. */
class OrderedBlocksTest {
    private final RecordingStore store = new RecordingStore();

    private static void put(OrderedBlocks blocks, int number) {
        byte[] block = ByteBuffer.allocate(1 << 20).putInt(number).array();
        blocks.put(Cid.v1(Cid.RAW, Multihash.sha256(block)), block, () -> {});
    }

    /** Makes the first batch, which another thread commits, wait until the next one is on its way, and a bit longer. */
    private void delayTheFirstBatch() {
        CountDownLatch next = new CountDownLatch(1);
        boolean[] seen = {false};
        store.beforeBatch = number -> {
            boolean first;
            synchronized (seen) {
                first = !seen[0];
                seen[0] = true;
            }
            try {
                if (first) {
                    next.await();
                    Thread.sleep(200);
                } else {
                    next.countDown();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @Test
    void aFlushWaitsForCommitsUnderWay() {
        delayTheFirstBatch();
        try (OrderedBlocks blocks = new OrderedBlocks(new Blockstore(store))) {
            for (int i = 0; i < 11; i++) {
                put(blocks, i);
            }
            blocks.flush();
            assertEquals(
                    11, store.batches().stream().mapToInt(batch -> batch.size()).sum());
            assertEquals(1, store.syncs());
        }
    }

    @Test
    void theLastBlockIsWrittenAfterAllOthers() {
        delayTheFirstBatch();
        try (OrderedBlocks blocks = new OrderedBlocks(new Blockstore(store))) {
            for (int i = 0; i < 11; i++) {
                put(blocks, i);
            }
            blocks.finish();
        }
        int batches = store.batches().size();
        assertTrue(batches >= 3, () -> batches + " batches");
        assertEquals(1, store.batches().get(batches - 1).size());
    }
}
