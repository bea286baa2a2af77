package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Persistence;
import io.motrds.api.feature.RequestCount;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The features of a store for a namespace of it. */
final class NamespaceFeatures {

    /** Those that take no keys and mean the same for the namespace; usage and checks are those of the whole store. */
    private static final Set<Class<? extends Feature>> WITHOUT_KEYS = Set.of(
            AtomicBatches.class,
            ConsistencyCheck.class,
            DiskUsage.class,
            GarbageCollection.class,
            Persistence.class,
            RequestCount.class,
            Scrub.class);

    private NamespaceFeatures() {}

    /**
     * A feature that takes keys of the namespace; null for one that is not known to keep its meaning.
     *
     * @param there makes keys of the namespace into those of the store, and refuses those that are too long
     */
    static <F extends Feature> @Nullable F of(Class<F> type, F feature, UnaryOperator<Key> there) {
        if (WITHOUT_KEYS.contains(type)) {
            return feature;
        }
        Feature translated = null;
        if (type == Expiry.class) {
            translated = new NamespaceExpiry((Expiry) feature, there);
        } else if (type == Transactions.class) {
            Transactions transactions = (Transactions) feature;
            translated = (Transactions) () -> new NamespaceTransaction(transactions.begin(), there);
        }
        return translated == null ? null : type.cast(translated);
    }

    private record NamespaceExpiry(Expiry expiry, UnaryOperator<Key> there) implements Expiry {
        @Override
        public void put(Key key, byte[] value, Duration timeToLive) {
            expiry.put(there.apply(key), value, timeToLive);
        }

        @Override
        public void setTimeToLive(Key key, Duration timeToLive) {
            expiry.setTimeToLive(there.apply(key), timeToLive);
        }

        @Override
        public Optional<Instant> expiration(Key key) {
            return expiry.expiration(there.apply(key));
        }
    }

    private record NamespaceTransaction(Transaction transaction, UnaryOperator<Key> there) implements Transaction {
        @Override
        public Optional<byte[]> get(Key key) {
            return transaction.get(there.apply(key));
        }

        @Override
        public void put(Key key, byte[] value) {
            transaction.put(there.apply(key), value);
        }

        @Override
        public void delete(Key key) {
            transaction.delete(there.apply(key));
        }

        @Override
        public void commit() {
            transaction.commit();
        }

        @Override
        public void close() {
            transaction.close();
        }
    }
}
