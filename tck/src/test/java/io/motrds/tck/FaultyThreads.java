package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong when several threads use them or when they are closed. */
final class FaultyThreads {

    private FaultyThreads() {}

    static Datastore worksAfterClose(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public void close() {}
        };
    }

    static Datastore closesOnceOnly(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            private int closed;

            @Override
            public void close() {
                super.close();
                if (++closed == 2) {
                    throw new DatastoreException("was closed already");
                }
            }
        };
    }

    static Datastore closeBreaksWhatIsUnderWay(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            private volatile Datastore open = store;

            @Override
            public void put(Key key, byte[] value) {
                open.put(key, value);
            }

            @Override
            public void close() {
                open = null;
                super.close();
            }
        };
    }

    static Datastore losesWritesOfOthers(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            private final AtomicInteger writing = new AtomicInteger();

            @Override
            protected void write(Key key, byte[] value) {
                boolean alone = writing.incrementAndGet() == 1;
                pause();
                if (alone) {
                    super.write(key, value);
                }
                writing.decrementAndGet();
            }
        };
    }

    static Datastore tearsValues(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void write(Key key, byte[] value) {
                super.write(key, Arrays.copyOf(value, value.length / 2));
                pause();
                super.write(key, value);
            }
        };
    }

    static Datastore readsStaleValues(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            private final Map<Key, Optional<byte[]>> cache = new ConcurrentHashMap<>();
            private final AtomicInteger reads = new AtomicInteger();

            @Override
            public Optional<byte[]> get(Key key) {
                if (reads.incrementAndGet() % 7 == 0) {
                    return cache.getOrDefault(key, Optional.empty());
                }
                Optional<byte[]> value = super.get(key);
                cache.put(key, value);
                return value;
            }
        };
    }

    /** Returns before the write has taken effect; the thread's next call makes it so. */
    static Datastore writesLater(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            private final ThreadLocal<Runnable> later = ThreadLocal.withInitial(() -> () -> {});

            @Override
            public void put(Key key, byte[] value) {
                later.get().run();
                later.set(() -> store.put(key, value));
            }

            @Override
            public void delete(Key key) {
                later.get().run();
                later.set(() -> {});
                store.delete(key);
            }
        };
    }

    static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
