package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about batches. */
final class FaultyBatches {

    private FaultyBatches() {}

    /** Batches otherwise, around a correct store. */
    private static Datastore batching(@Nullable Path folder, BiFunction<Datastore, Batch, Batch> other) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public Batch batch() {
                return other.apply(store, super.batch());
            }
        };
    }

    static Datastore visibleBeforeCommit(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            @Override
            public void put(Key key, byte[] value) {
                store.put(key, value);
            }
        });
    }

    static Datastore firstWriteWins(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            private final Set<Key> written = new HashSet<>();

            @Override
            public void put(Key key, byte[] value) {
                if (written.add(key)) {
                    super.put(key, value);
                }
            }
        });
    }

    static Datastore deletesAThousand(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            private int deletes;

            @Override
            public void delete(Key key) {
                if (deletes++ < 1_000) {
                    super.delete(key);
                }
            }
        });
    }

    static Datastore keepsTheCallersArray(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            private final Map<Key, byte[]> puts = new LinkedHashMap<>();

            @Override
            public void put(Key key, byte[] value) {
                puts.put(key, value);
            }

            @Override
            public void commit() {
                puts.forEach(batch::put);
                super.commit();
            }
        });
    }

    static Datastore closeCommits(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            private boolean committed;

            @Override
            public void commit() {
                committed = true;
                super.commit();
            }

            @Override
            public void close() {
                if (!committed) {
                    commit();
                }
            }
        });
    }

    static Datastore commitsAgain(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            private Batch current = batch;

            @Override
            public void put(Key key, byte[] value) {
                current.put(key, value);
            }

            @Override
            public void delete(Key key) {
                current.delete(key);
            }

            @Override
            public void commit() {
                current.commit();
                current = store.batch();
            }
        });
    }

    static Datastore failsWhenEmpty(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized void apply(Map<Key, byte @Nullable []> writes) {
                if (writes.isEmpty()) {
                    throw new DatastoreException("there is nothing to commit");
                }
                super.apply(writes);
            }
        };
    }

    static Datastore shareTheirWrites(@Nullable Path folder) {
        Map<Key, byte[]> shared = new LinkedHashMap<>();
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            @Override
            public void put(Key key, byte[] value) {
                shared.put(key, value.clone());
            }

            @Override
            public void commit() {
                shared.forEach(batch::put);
                super.commit();
                shared.clear();
            }
        });
    }

    static Datastore torn(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void apply(Map<Key, byte @Nullable []> writes) {
                int left = writes.size();
                for (Map.Entry<Key, byte[]> write : writes.entrySet()) {
                    super.apply(Collections.singletonMap(write.getKey(), write.getValue()));
                    if (--left == 1) {
                        FaultyThreads.pause();
                    }
                }
            }
        };
    }

    /** Takes what it is given and forgets it when the store has been closed. */
    static Datastore outlivesItsStore(@Nullable Path folder) {
        return batching(folder, (store, batch) -> new ForwardingBatch(batch) {
            @Override
            public void put(Key key, byte[] value) {}

            @Override
            public void commit() {}
        });
    }

    /** Says that a batch was committed when the store was closed meanwhile. */
    static Datastore hidesItsFailure(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public Batch batch() {
                Map<Key, byte[]> puts = new HashMap<>();
                return new ForwardingBatch(null) {
                    @Override
                    public void put(Key key, byte[] value) {
                        puts.put(key, value);
                    }

                    @Override
                    public void commit() {
                        try {
                            puts.forEach(store::put);
                        } catch (DatastoreClosedException e) {
                            // as if nothing had happened
                        }
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    static Datastore atOnceGetLost(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            private final Set<Thread> committing = Collections.synchronizedSet(new HashSet<>());

            @Override
            protected void apply(Map<Key, byte @Nullable []> writes) {
                committing.add(Thread.currentThread());
                boolean alone = committing.size() == 1;
                try {
                    Thread.sleep(1);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                if (alone) {
                    super.apply(writes);
                }
                committing.remove(Thread.currentThread());
            }
        };
    }
}
