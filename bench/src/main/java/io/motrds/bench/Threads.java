package io.motrds.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that start at one moment. */
final class Threads implements AutoCloseable {

    /** What each thread does; returns how much work that was. */
    interface Work {
        double run(int thread) throws Exception;
    }

    private final ExecutorService executor;
    private final int count;

    Threads(int count) {
        this.count = count;
        this.executor = Executors.newFixedThreadPool(count);
    }

    /** Does the work on all threads, timed from the common start to the last one's end. */
    Run run(Work work) throws Exception {
        CountDownLatch ready = new CountDownLatch(count);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            running.add(executor.submit(() -> {
                ready.countDown();
                start.await();
                return work.run(thread);
            }));
        }
        ready.await();
        long began = System.nanoTime();
        start.countDown();
        double done = 0;
        for (Future<Double> each : running) {
            try {
                done += each.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return Run.of(done, System.nanoTime() - began);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
