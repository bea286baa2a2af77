package io.motrds.ipfs.pipeline;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Multihash;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets reading, hashing and storing overlap. The caller's thread reads; a few threads hash blocks, in any order; one
 * thread, the writer, takes the steps of the import in the order in which the caller gave them, waits where a block's hash
 * is not there yet, for some of those behind it at once, and stores. What is on the way is bounded in bytes: a store that is slower than the rest slows down
 * the reading.
 *
 * <p>The writer is never interrupted, as a store may not survive that; it is told to stop and ends after the step at
 * hand. No thread outlives {@link #close}.
 */
public final class BlockPipeline implements AutoCloseable {

    /** What to do on the writer's thread. */
    public interface Step {
        /** Does it, and may store more. */
        void run(OrderedBlocks blocks);
    }

    /** What to do on the writer's thread with a block that has its hash. */
    public interface HashedStep {
        /** Does it; the hash is the block's sha2-256. */
        void run(OrderedBlocks blocks, Multihash hash);
    }

    private static final int BYTES_ON_THE_WAY =
            (int) Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 16);
    private static final int STEP_BYTES = 512; // what a step takes itself, roughly
    private static final int WORTH_A_HANDOVER = 16 << 10; // smaller blocks are hashed where they were read
    private static final int BLOCKS_BEHIND = 2; // whose hashes the writer waits for, too, as far as they are on the way
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Blockstore blocks;
    private final Semaphore room;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final Step end = ordered -> {};
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor hashing;
    private final Thread writer;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    /**
     * Starts its threads.
     *
     * @param hashers how many of them hash
     * @param largestBlock bytes of the largest block that comes
     */
    public BlockPipeline(Blockstore blocks, int hashers, int largestBlock) {
        this.blocks = blocks;
        this.room = new Semaphore(BYTES_ON_THE_WAY + 2 * largestBlock); // the last block waits for the next
        String name = "motrds-import-" + NUMBER.incrementAndGet();
        this.hashing = new ThreadPoolExecutor(
                hashers,
                hashers,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> newThread(name + "-hash", task));
        this.writer = newThread(name + "-store", this::write);
        this.writer.start();
    }

    private Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /**
     * Hands over a block; {@link #taken} must be called once its array is no longer needed.
     *
     * @throws InterruptedIOException if this thread is interrupted meanwhile
     */
    public void block(byte[] block, HashedStep then) throws InterruptedIOException {
        waitForRoom(block.length + STEP_BYTES);
        FutureTask<Multihash> hash = new FutureTask<>(() -> Multihash.sha256(block));
        if (block.length < WORTH_A_HANDOVER) {
            hash.run();
        } else {
            hashing.execute(hash);
        }
        steps.add(new BlockStep(hash, then));
    }

    /** A block that is being hashed, and what to do with it. */
    private final class BlockStep implements Step {
        private final FutureTask<Multihash> hash;
        private final HashedStep then;

        BlockStep(FutureTask<Multihash> hash, HashedStep then) {
            this.hash = hash;
            this.then = then;
        }

        @Override
        public void run(OrderedBlocks ordered) {
            if (!hash.isDone()) {
                await(aLaterHash());
            }
            then.run(ordered, await(hash));
        }

        /** Of those that follow on the way: waking the writer for each block would cost those who hash a twentieth. */
        private FutureTask<Multihash> aLaterHash() {
            FutureTask<Multihash> later = hash;
            int behind = 0;
            for (Step step : steps) {
                if (behind++ == BLOCKS_BEHIND || !(step instanceof BlockStep block)) {
                    break;
                }
                later = block.hash;
            }
            return later;
        }
    }

    /** A block's array is no longer needed, so another one may come. */
    public void taken(byte[] block) {
        room.release(block.length + STEP_BYTES);
    }

    /**
     * Hands over a step that follows those before it.
     *
     * @throws InterruptedIOException if this thread is interrupted meanwhile
     */
    public void step(Step step) throws InterruptedIOException {
        waitForRoom(STEP_BYTES);
        steps.add(ordered -> {
            room.release(STEP_BYTES);
            step.run(ordered);
        });
    }

    /**
     * Waits until everything handed over is durable.
     *
     * @throws InterruptedIOException if this thread is interrupted meanwhile
     */
    public void finish() throws InterruptedIOException {
        steps.add(end);
        try {
            writer.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        throwFailure();
    }

    /** Ends all threads; what was not stored yet will not be. */
    @Override
    public void close() {
        stopped = true;
        steps.add(end);
        boolean interrupted = join(writer);
        hashing.shutdownNow(); // not before the writer ended: it may wait for a hash
        for (Thread thread : threads) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a thread's end, whatever comes; true when this thread was interrupted meanwhile or before. */
    private static boolean join(Thread thread) {
        boolean interrupted = Thread.interrupted();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private void waitForRoom(int bytes) throws InterruptedIOException {
        try {
            room.acquire(bytes);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        throwFailure();
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException e = new InterruptedIOException("the import was interrupted");
        e.initCause(cause);
        return e;
    }

    private void throwFailure() {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    private void write() {
        try (OrderedBlocks ordered = new OrderedBlocks(blocks)) {
            for (Step step = steps.take(); step != end; step = steps.take()) {
                if (stopped) {
                    return;
                }
                step.run(ordered);
            }
            if (!stopped) {
                ordered.finish();
            }
        } catch (InterruptedException e) {
            failure = new IllegalStateException("nobody interrupts the writer", e);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            room.release(Integer.MAX_VALUE / 2); // whoever waits for room shall see the failure
        }
    }

    private static Multihash await(FutureTask<Multihash> hash) {
        try {
            return hash.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
    }
}
