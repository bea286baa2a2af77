package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts what a layer does around each call of a store's features. */
final class Features {

    /** What a layer does around a call. */
    interface Around {
        /**
         * Makes the call.
         *
         * @param key the key that it is about; null when it is about the store
         * @param bytes the size of the value that it writes; -1 when it writes none
         */
        <T> T call(Operation operation, @Nullable Key key, long bytes, Supplier<T> call);

        /** The same for a call that returns nothing. */
        default void run(Operation operation, @Nullable Key key, long bytes, Runnable call) {
            call(operation, key, bytes, () -> {
                call.run();
                return Optional.empty();
            });
        }
    }

    private Features() {}

    /** The feature with the layer around its calls; as it is when it has none that stand for themselves. */
    static <F extends Feature> F wrap(Class<F> type, F feature, Around around) {
        Feature wrapped = feature;
        if (type == DiskUsage.class) {
            DiskUsage usage = (DiskUsage) feature;
            wrapped = (DiskUsage) () -> around.call(Operation.DISK_USAGE, null, -1, usage::diskUsageBytes);
        } else if (type == ConsistencyCheck.class) {
            ConsistencyCheck check = (ConsistencyCheck) feature;
            wrapped = (ConsistencyCheck) () -> around.run(Operation.CHECK, null, -1, check::check);
        } else if (type == Scrub.class) {
            Scrub scrub = (Scrub) feature;
            wrapped = (Scrub) () -> around.run(Operation.SCRUB, null, -1, scrub::scrub);
        } else if (type == GarbageCollection.class) {
            GarbageCollection collection = (GarbageCollection) feature;
            wrapped = (GarbageCollection)
                    () -> around.run(Operation.COLLECT_GARBAGE, null, -1, collection::collectGarbage);
        } else if (type == Expiry.class) {
            wrapped = new WrappedExpiry((Expiry) feature, around);
        }
        return type.cast(wrapped);
    }

    private record WrappedExpiry(Expiry expiry, Around around) implements Expiry {
        @Override
        public void put(Key key, byte[] value, Duration timeToLive) {
            around.run(Operation.PUT, key, value.length, () -> expiry.put(key, value, timeToLive));
        }

        @Override
        public void setTimeToLive(Key key, Duration timeToLive) {
            around.run(Operation.SET_TIME_TO_LIVE, key, -1, () -> expiry.setTimeToLive(key, timeToLive));
        }

        @Override
        public Optional<Instant> expiration(Key key) {
            return around.call(Operation.EXPIRATION, key, -1, () -> expiry.expiration(key));
        }
    }
}
