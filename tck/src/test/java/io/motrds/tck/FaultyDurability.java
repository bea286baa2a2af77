package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.Persistence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about what is there when they are opened again. */
final class FaultyDurability {

    private FaultyDurability() {}

    static Datastore keepsNothing(@Nullable Path folder) {
        return FaultyKeys.correct(null);
    }

    static Datastore keepsUnpromised(@Nullable Path folder) {
        return new ForwardingStore(FaultyKeys.correct(folder)) {
            @Override
            public <F extends Feature> Optional<F> feature(Class<F> type) {
                return type == Persistence.class ? Optional.empty() : super.feature(type);
            }
        };
    }

    static Datastore forgetsDeletes(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder) {
            @Override
            void append(Map<Key, byte @Nullable []> writes) {
                Map<Key, byte[]> puts = new LinkedHashMap<>(writes);
                puts.values().removeIf(value -> value == null);
                super.append(puts);
            }
        });
    }

    static Datastore isNotEmptyAtFirst(@Nullable Path folder) {
        Datastore store = FaultyKeys.correct(folder);
        store.put(Key.of("/version"), new byte[] {1});
        return store;
    }

    /** Keeps groups in memory until it is closed. */
    static Datastore losesSyncedWrites(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder) {
            private final List<Map<Key, byte[]>> later = new ArrayList<>();

            @Override
            void append(Map<Key, byte @Nullable []> writes) {
                later.add(writes);
            }

            @Override
            void close() {
                later.forEach(super::append);
                super.close();
            }
        });
    }

    /** Writes a batch key by key, slowly. */
    static Datastore halfABatch(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder) {
            @Override
            void append(Map<Key, byte @Nullable []> writes) {
                writes.forEach((key, value) -> {
                    super.append(Collections.singletonMap(key, value));
                    FaultyThreads.pause();
                });
            }
        });
    }

    static Datastore syncForcesNothing(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder) {
            @Override
            void force() {}
        });
    }

    static Datastore forcesNoFolder(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder) {
            @Override
            void forceFolder(Path path) {}
        });
    }
}
