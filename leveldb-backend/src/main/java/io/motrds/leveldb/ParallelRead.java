package io.motrds.leveldb;

import io.motrds.api.Key;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of many keys: one after the other as long as they are small, and what follows a large one on all
 * processors. Copying and verifying large values is work for more than one. Used once.
 *
 * <p>The other threads are those of the common pool, if they have time: nobody waits for one that has not begun.
 */
final class ParallelRead {
    private static final Logger LOG = LoggerFactory.getLogger(ParallelRead.class);

    /** Reading a value of this size takes longer than to wake another thread. */
    private static final int LARGE = 64 << 10;

    private final List<Key> keys;
    private final Function<Key, byte @Nullable []> read;
    private final byte[] @Nullable [] values;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Lock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int others; // that read, guarded by lock
    private boolean over; // who begins now is too late, guarded by lock

    private ParallelRead(Collection<Key> keys, Function<Key, byte @Nullable []> read) {
        this.keys = List.copyOf(keys);
        this.read = read;
        this.values = new byte[keys.size()][];
    }

    /** The values of those keys that exist, in the order of the keys. No thread reads any more when it returns. */
    static Map<Key, byte[]> of(Collection<Key> keys, Function<Key, byte @Nullable []> read) {
        ParallelRead all = new ParallelRead(keys, read);
        try {
            all.run();
            return all.found();
        } finally {
            Arrays.fill(all.values, null); // the pool may keep a thread's turn, and this with it, for long
        }
    }

    private Map<Key, byte[]> found() {
        Map<Key, byte[]> found = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byte[] value = values[i];
            if (value != null) {
                found.put(keys.get(i), value);
            }
        }
        return found;
    }

    private void run() {
        while (next.get() < values.length) {
            byte[] value = readNext();
            if (value != null && value.length >= LARGE && next.get() < values.length - 1) {
                readTheRest();
            }
        }
    }

    private byte @Nullable [] readNext() {
        int i = next.getAndIncrement();
        if (i >= values.length) {
            return null;
        }
        values[i] = read.apply(keys.get(i));
        return values[i];
    }

    private void readTheRest() {
        try {
            int most = Math.min(ForkJoinPool.getCommonPoolParallelism(), values.length - next.get() - 1);
            for (int i = 0; i < most; i++) {
                ForkJoinPool.commonPool().execute(this::help);
            }
        } catch (RuntimeException | Error e) { // for want of memory or threads
            LOG.debug("no other thread can be had", e);
        }
        readAll();
        awaitOthers();
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }

    private void help() {
        if (!begin()) {
            return;
        }
        readAll();
        lock.lock();
        try {
            others--;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (!over) {
                others++;
            }
            return !over;
        } finally {
            lock.unlock();
        }
    }

    private void awaitOthers() {
        lock.lock();
        try {
            over = true;
            while (others > 0) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void readAll() {
        try {
            while (next.get() < values.length && failure.get() == null) {
                readNext();
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }
}
