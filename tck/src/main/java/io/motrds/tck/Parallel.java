package io.motrds.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/** Tasks that run at once, each on a thread of its own. */
final class Parallel {

    private static final int PATIENCE_SECONDS = 120;

    private final List<Callable<Void>> tasks = new ArrayList<>();

    /** Something that may fail. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    Parallel task(Task task) {
        tasks.add(() -> {
            task.run();
            return null;
        });
        return this;
    }

    /** The same task several times; each is told its number, from 0. */
    Parallel tasks(int count, IntConsumer task) {
        for (int i = 0; i < count; i++) {
            int number = i;
            task(() -> task.accept(number));
        }
        return this;
    }

    /** Runs them all to their end; fails with the first failure, or when one does not end. */
    void run() {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Void>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(threads.submit(task)));
            for (Future<Void> future : futures) {
                future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a call did not return within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException exception ? exception : new IllegalStateException(failure);
    }
}
