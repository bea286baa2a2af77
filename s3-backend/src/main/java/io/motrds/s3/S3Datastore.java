package io.motrds.s3;

import io.motrds.api.Key;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keys as objects of a bucket. A put is as durable as the server makes it before it answers, so {@code sync} has nothing
 * left to do.
 */
final class S3Datastore extends AbstractDatastore implements Persistence {

    private final Bucket bucket;
    private final Settings settings;

    S3Datastore(Bucket bucket, Settings settings) {
        super(
                settings.storeName(),
                settings.limits(),
                Set.of(
                        QueryPart.KEY_RANGE,
                        QueryPart.KEY_ORDER,
                        QueryPart.OFFSET,
                        QueryPart.KEYS_ONLY,
                        QueryPart.SIZES));
        this.bucket = bucket;
        this.settings = settings;
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        return bucket.await("get " + key, bucket.get(key)).orElse(null);
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        Map<Key, CompletableFuture<Optional<byte[]>>> started = new LinkedHashMap<>();
        for (Key key : new LinkedHashSet<>(keys)) {
            started.put(key, bucket.get(key)); // waits here when as many are under way as may be
        }
        Map<Key, byte[]> found = new LinkedHashMap<>();
        started.forEach((key, value) -> bucket.await("get " + key, value).ifPresent(bytes -> found.put(key, bytes)));
        return found;
    }

    @Override
    protected boolean exists(Key key) {
        return bucket.awaitSize(key).isPresent();
    }

    @Override
    protected long sizeOf(Key key) {
        return bucket.awaitSize(key).orElse(-1);
    }

    @Override
    protected void write(Key key, byte[] value) {
        // a copy, since an attempt may still be sending when the caller has been told of a timeout
        bucket.await("put " + key, bucket.put(key, value.clone()));
    }

    @Override
    protected void remove(Key key) {
        bucket.await("delete " + key, bucket.delete(key));
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        new BatchWrites(bucket, name()).commit(writes);
    }

    @Override
    protected Cursor scan(Scan scan) {
        return new ListingCursor(bucket, settings.names(), name(), scan, settings.prefetch());
    }

    @Override
    protected void flush(Key prefix) {}

    @Override
    protected void shutdown() {
        bucket.close();
    }
}
