package io.motrds.bench;

import io.motrds.api.Batch;
import io.motrds.api.Key;

/** Writes blocks in batches to a store that is empty each time; a sync ends it. */
record BatchWrite(int blockBytes, int totalBytes) implements Workload {

    /** Bytes of blocks in a batch, as kubo writes them. */
    static final int BATCH_BYTES = 8 << 20;

    @Override
    public String name() {
        return "write batches of " + Size.text(blockBytes) + " blocks";
    }

    int blocks() {
        return totalBytes / blockBytes;
    }

    @Override
    public Unit unit() {
        return Unit.MB_PER_SECOND;
    }

    @Override
    public Trial on(Contestant store) {
        byte[] block = Content.random(blockBytes, 5);
        return () -> {
            try (Contestant.Opened opened = store.open()) {
                long start = System.nanoTime();
                int blocks = blocks();
                int each = Math.max(1, BATCH_BYTES / blockBytes);
                for (int from = 0; from < blocks; from += each) {
                    try (Batch batch = opened.store().batch()) {
                        for (int i = from; i < Math.min(blocks, from + each); i++) {
                            batch.put(Content.key(i), block);
                        }
                        batch.commit();
                    }
                }
                opened.store().sync(Key.ROOT);
                return Run.of((double) blocks * blockBytes, System.nanoTime() - start);
            }
        };
    }
}
