package io.motrds.ipfs.pipeline;

import io.motrds.api.Batch;
import io.motrds.api.Key;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Stores blocks in batches of bounded size. While one batch is committed the next goes on its way, too, as the end of a
 * commit leaves a distant store idle. The last block always waits for the next: so at the end the root, which comes last,
 * is written after everything below it was committed. Not thread-safe.
 */
public final class OrderedBlocks implements AutoCloseable {

    /** Three of them are in memory, and copies of one in the store. */
    private static final int BATCH_BYTES =
            (int) Math.min(8 << 20, Runtime.getRuntime().maxMemory() / 32);

    private static final int ENTRY_OVERHEAD = 256; // what a batch keeps beside the bytes, roughly
    private static final int COMMITS_AT_ONCE = 2;

    private final Blockstore blocks;
    private final Deque<Future<?>> commits = new ArrayDeque<>(); // under way, the oldest first
    private final Queue<Thread> committers = new ConcurrentLinkedQueue<>();
    private @Nullable ExecutorService committing; // not for what fits one batch
    private Batch batch;
    private int batchBytes;
    private @Nullable Waiting last;

    private record Waiting(Key key, byte[] block, Runnable taken) {}

    /** Stores into a store, which stays open. */
    public OrderedBlocks(Blockstore blocks) {
        this.blocks = blocks;
        this.batch = blocks.batch();
    }

    /** Stores a block; runs {@code taken} when its array is no longer needed. */
    public void put(Cid cid, byte[] block, Runnable taken) {
        deferLast();
        last = new Waiting(blocks.key(cid), block, taken);
        if (batchBytes >= BATCH_BYTES) {
            commitBeside();
        }
    }

    /** Stores everything so far and makes it durable. */
    public void flush() {
        deferLast();
        commit();
        awaitCommits();
        blocks.sync();
    }

    /** Stores everything but the last block, then the last block, and makes all durable. */
    public void finish() {
        if (batchBytes > 0) {
            commit();
        }
        awaitCommits();
        deferLast();
        commit();
        blocks.sync();
    }

    private void awaitCommits() {
        while (!commits.isEmpty()) {
            await(commits.removeFirst());
        }
    }

    /** Lets another thread commit the batch, once fewer than so many do. */
    private void commitBeside() {
        ExecutorService threads = committing;
        if (threads == null) {
            threads = Executors.newFixedThreadPool(COMMITS_AT_ONCE, this::daemon);
            committing = threads;
        }
        if (commits.size() == COMMITS_AT_ONCE) {
            await(commits.removeFirst());
        }
        Batch full = batch;
        batch = blocks.batch();
        batchBytes = 0;
        commits.addLast(threads.submit(() -> {
            try (full) {
                full.commit();
            }
        }));
    }

    private Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "motrds-import-commit");
        thread.setDaemon(true);
        committers.add(thread);
        return thread;
    }

    private static void await(Future<?> commit) {
        try {
            commit.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a commit throws nothing else", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
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
        ExecutorService threads = committing;
        if (threads == null) {
            return;
        }
        threads.shutdown();
        try {
            for (Thread committer : committers) {
                committer.join(); // a commit ends by itself, in the time that the store gives it
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
    }
}
