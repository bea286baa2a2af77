package io.motrds.tck;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stores that declare a feature and do not keep its promise. */
final class FaultyFeatures {

    private FaultyFeatures() {}

    private interface Making {
        Feature of(Datastore store);
    }

    private static Datastore with(@Nullable Path folder, Making making) {
        Datastore correct = FaultyKeys.correct(folder);
        Feature feature = making.of(correct);
        return new ForwardingStore(correct) {
            @Override
            public <F extends Feature> Optional<F> feature(Class<F> type) {
                return type.isInstance(feature) ? Optional.of(type.cast(feature)) : super.feature(type);
            }
        };
    }

    static Datastore workAfterClose(@Nullable Path folder) {
        return with(folder, store -> (DiskUsage) () -> 4L << 20);
    }

    static Datastore countsNoSpace(@Nullable Path folder) {
        return with(folder, store -> (DiskUsage) () -> 0L);
    }

    static Datastore findsDamage(@Nullable Path folder) {
        return with(folder, store -> (ConsistencyCheck) () -> {
            throw new CorruptDataException("there must be some damage");
        });
    }

    static Datastore scrubsDataAway(@Nullable Path folder) {
        return with(folder, store -> (Scrub) () -> store.delete(Key.of("/some/1")));
    }

    static Datastore collectsData(@Nullable Path folder) {
        return with(folder, store -> (GarbageCollection) () -> store.delete(Key.of("/some/1")));
    }

    static Datastore neverExpires(@Nullable Path folder) {
        return with(folder, NeverExpiring::new);
    }

    static Datastore losesUpdates(@Nullable Path folder) {
        return with(folder, store -> (Transactions) () -> new Careless(store));
    }

    static Datastore showsEarly(@Nullable Path folder) {
        return with(folder, store -> (Transactions) () -> new Careless(store) {
            @Override
            public void put(Key key, byte[] value) {
                store.put(key, value);
            }
        });
    }

    static Datastore ignoresTheLimits(@Nullable Path folder) {
        return with(folder, store -> (Transactions) () -> new Careless(store));
    }

    /** Tells when keys will go away, but they stay. */
    private static final class NeverExpiring implements Expiry {
        private final Datastore store;
        private final Map<Key, Instant> ends = new LinkedHashMap<>();

        NeverExpiring(Datastore store) {
            this.store = store;
        }

        @Override
        public void put(Key key, byte[] value, Duration timeToLive) {
            store.put(key, value);
            setTimeToLive(key, timeToLive);
        }

        @Override
        public void setTimeToLive(Key key, Duration timeToLive) {
            ends.put(key, Instant.now().plus(timeToLive));
        }

        @Override
        public Optional<Instant> expiration(Key key) {
            return Optional.ofNullable(ends.get(key));
        }
    }

    /** A transaction that reads the store as it is and never loses. */
    private static class Careless implements Transaction {
        private final Datastore store;
        private final Map<Key, byte[]> writes = new LinkedHashMap<>();

        Careless(Datastore store) {
            this.store = store;
        }

        @Override
        public Optional<byte[]> get(Key key) {
            return writes.containsKey(key) ? Optional.ofNullable(writes.get(key)) : store.get(key);
        }

        @Override
        public void put(Key key, byte[] value) {
            writes.put(key, value.clone());
        }

        @Override
        public void delete(Key key) {
            writes.put(key, null);
        }

        @Override
        public void commit() {
            writes.forEach((key, value) -> {
                if (value == null) {
                    store.delete(key);
                } else {
                    store.put(key, value);
                }
            });
        }

        @Override
        public void close() {}
    }
}
