package io.motrds.bench;

import io.motrds.api.Key;
import java.util.List;
import java.util.stream.LongStream;

/** Reads blocks, many in one call. */
record BatchRead(int blockBytes, int totalBytes) implements Workload {

    @Override
    public String name() {
        return "read " + Size.text(blockBytes) + " blocks, " + Size.text(BatchWrite.BATCH_BYTES) + " a call";
    }

    int blocks() {
        return totalBytes / blockBytes;
    }

    @Override
    public Unit unit() {
        return Unit.MB_PER_SECOND;
    }

    @Override
    public Trial on(Contestant store) throws Exception {
        Filled filled = Filled.with(store, blocks(), blockBytes);
        int each = Math.max(1, BatchWrite.BATCH_BYTES / blockBytes);
        return filled.trial(data -> {
            long bytes = 0;
            long start = System.nanoTime();
            for (int from = 0; from < filled.keys(); from += each) {
                List<Key> keys = LongStream.range(from, Math.min(filled.keys(), from + each))
                        .mapToObj(Content::key)
                        .toList();
                for (byte[] value : data.getAll(keys).values()) {
                    bytes += value.length;
                }
            }
            long nanos = System.nanoTime() - start;
            filled.requireSame(bytes, (long) filled.keys() * blockBytes);
            return Run.of((double) bytes, nanos);
        });
    }
}
