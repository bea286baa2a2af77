package io.motrds.server.client;

import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Persistence;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryEngine;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import io.motrds.server.protocol.*;
import io.motrds.server.protocol.BatchResponse;
import io.motrds.server.wire.Endpoint;
import io.motrds.server.wire.Failures;
import io.motrds.server.wire.Features;
import io.motrds.server.wire.Keys;
import io.motrds.server.wire.Queries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store behind a sidecar. A call that finds no connection waits for one within its timeout; a call whose connection
 * breaks fails as unavailable, and a write that failed so may have taken effect.
 */
final class RemoteDatastore extends AbstractDatastore {

    private static final long HELLO_MILLIS = 30_000; // on a busy machine the first call loads many classes

    private final Connection connection;
    private final @Nullable ChildSidecar child;
    private final Duration timeout;
    private final Set<io.motrds.server.protocol.Feature> features;

    private RemoteDatastore(
            String name, HelloResponse hello, Connection connection, @Nullable ChildSidecar child, Duration timeout) {
        super(
                name,
                new Limits(hello.getMaxKeyBytes(), hello.getMaxValueBytes()),
                Features.decode(hello.getNativeQueryPartsList()));
        this.connection = connection;
        this.child = child;
        this.timeout = timeout;
        this.features = EnumSet.noneOf(io.motrds.server.protocol.Feature.class);
        features.addAll(hello.getFeaturesList());
    }

    /** Connects to a sidecar that runs already. */
    static RemoteDatastore connect(Endpoint target, Duration timeout) {
        return connect(target, null, timeout);
    }

    /** Connects to a sidecar that was started for this store and ends with it. */
    static RemoteDatastore connect(ChildSidecar child, Duration timeout) {
        return connect(child.endpoint(), child, timeout);
    }

    private static RemoteDatastore connect(Endpoint endpoint, @Nullable ChildSidecar child, Duration timeout) {
        Connection connection = new Connection(endpoint);
        String name = child == null ? "remote " + endpoint : "remote";
        try {
            HelloResponse hello = StoreGrpc.newBlockingStub(connection.channel())
                    .withDeadlineAfter(Math.max(timeout.toMillis(), HELLO_MILLIS), TimeUnit.MILLISECONDS)
                    .hello(HelloRequest.newBuilder()
                            .setOldestVersion(1)
                            .setNewestVersion(1)
                            .setClient("remote")
                            .build());
            boolean sane = hello.getIdleLimitMillis() > 0
                    && hello.getMaxKeyBytes() >= Limits.MIN_KEY_BYTES
                    && hello.getMaxValueBytes() >= Limits.MIN_VALUE_BYTES;
            if (hello.getVersion() != 1 || !sane) {
                throw new MisconfiguredException(name + ": the server speaks protocol version " + hello.getVersion()
                        + ", not 1; use client and server of the same release");
            }
            connection.keepAlive(hello.getIdleLimitMillis());
            if (child != null) {
                child.supervise(connection);
            }
            return new RemoteDatastore(name + " (" + hello.getStoreName() + ")", hello, connection, child, timeout);
        } catch (StatusRuntimeException e) {
            connection.close();
            throw switch (e.getStatus().getCode()) {
                case UNIMPLEMENTED, FAILED_PRECONDITION ->
                    new MisconfiguredException(
                            name + ": no sidecar of this release answers: "
                                    + e.getStatus().getDescription(),
                            e);
                default -> Failures.decode(name, e.getStatus(), e.getTrailers());
            };
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private StoreGrpc.StoreBlockingStub withTimeout() {
        return StoreGrpc.newBlockingStub(connection.channel())
                .withWaitForReady()
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** For what takes as long as it takes, once there is a connection; a sidecar that hangs breaks that. */
    private StoreGrpc.StoreBlockingStub withoutTimeout() {
        connection.await(name(), timeout);
        return StoreGrpc.newBlockingStub(connection.channel());
    }

    /** Makes a call; its failure becomes an exception of the contract. */
    private <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw Failures.decode(name(), e.getStatus(), e.getTrailers());
        }
    }

    /** Does something while the store is open. */
    <T> T using(Supplier<T> work) {
        try (Use use = use()) {
            return work.get();
        }
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        GetRequest request = GetRequest.newBuilder().setKey(Keys.encode(key)).build();
        GetResponse response = call(() -> withTimeout().get(request));
        return response.hasValue() ? Keys.take(response.getValue()) : null;
    }

    @Override
    protected Map<Key, byte[]> readAll(Collection<Key> keys) {
        List<Key> wanted = new ArrayList<>(keys);
        GetManyRequest.Builder request = GetManyRequest.newBuilder();
        wanted.forEach(key -> request.addKeys(Keys.encode(key)));
        Map<Key, byte[]> found = new LinkedHashMap<>();
        return call(() -> {
            Iterator<GetManyResponse> responses = withoutTimeout().getMany(request.build());
            while (responses.hasNext()) {
                for (GetManyResponse.Found each : responses.next().getFoundList()) {
                    if (each.getIndex() < 0 || each.getIndex() >= wanted.size()) {
                        throw new DatastoreException(name() + ": the sidecar answered what it was not asked for");
                    }
                    found.put(wanted.get(each.getIndex()), Keys.take(each.getValue()));
                }
            }
            return found;
        });
    }

    @Override
    protected boolean exists(Key key) {
        HasRequest request = HasRequest.newBuilder().setKey(Keys.encode(key)).build();
        return call(() -> withTimeout().has(request)).getHas();
    }

    @Override
    protected long sizeOf(Key key) {
        SizeRequest request = SizeRequest.newBuilder().setKey(Keys.encode(key)).build();
        SizeResponse response = call(() -> withTimeout().size(request));
        return response.hasSize() ? response.getSize() : -1;
    }

    @Override
    protected void write(Key key, byte[] value) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(Keys.encode(key))
                .setValue(Keys.share(value)) // the caller waits until it was sent
                .build();
        call(() -> withTimeout().put(request));
    }

    @Override
    protected void remove(Key key) {
        DeleteRequest request =
                DeleteRequest.newBuilder().setKey(Keys.encode(key)).build();
        call(() -> withTimeout().delete(request));
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        RemoteStream<BatchRequest, BatchResponse> batch;
        try {
            batch = stream(StoreGrpc.getBatchMethod(), BatchRequest.getDefaultInstance());
        } catch (DatastoreUnavailableException e) { // nothing was sent
            throw new BatchException(name(), writes.keySet(), Set.of(), e);
        }
        RemoteCommit.apply(name(), batch, writes);
    }

    private <Q, A> RemoteStream<Q, A> stream(io.grpc.MethodDescriptor<Q, A> method, Q empty) {
        connection.await(name(), timeout);
        return new RemoteStream<>(connection, method, CallOptions.DEFAULT, empty);
    }

    /** The sidecar does what a message can say; filters and orders that are code are left to the engine here. */
    @Override
    protected QueryResults answer(Query query) {
        if (Queries.isExpressible(query)) {
            Query rest = new Query(Key.ROOT, List.of(), List.of(), 0, query.limit(), query.projection());
            return QueryEngine.run(rest, EnumSet.allOf(QueryPart.class), scan -> guarded(open(query)));
        }
        List<Filter> sent = new ArrayList<>(query.filters());
        sent.removeIf(Filter.Matching.class::isInstance);
        List<Filter> code = new ArrayList<>(query.filters());
        code.removeIf(filter -> !(filter instanceof Filter.Matching));
        Query rest = new Query(Key.ROOT, code, query.orders(), query.offset(), query.limit(), query.projection());
        return QueryEngine.run(
                rest,
                EnumSet.allOf(QueryPart.class),
                scan -> guarded(open(new Query(
                        query.prefix(),
                        sent,
                        orders(scan.direction()),
                        scan.offset(),
                        scan.limit(),
                        scan.projection()))));
    }

    @Override
    protected Cursor scan(Scan scan) {
        throw new IllegalStateException("queries are answered whole");
    }

    private static List<Order> orders(Scan.Direction direction) {
        return switch (direction) {
            case ANY -> List.of();
            case ASCENDING -> List.of(Order.byKey());
            case DESCENDING -> List.of(Order.byKeyDescending());
        };
    }

    private Cursor open(Query query) {
        QueryRequest request =
                QueryRequest.newBuilder().setQuery(Queries.encode(query)).build();
        return new RemoteCursor(name(), stream(StoreGrpc.getQueryMethod(), QueryRequest.getDefaultInstance()), request);
    }

    @Override
    protected void flush(Key prefix) {
        SyncRequest request =
                SyncRequest.newBuilder().setPrefix(Keys.encode(prefix)).build();
        call(() -> withoutTimeout().sync(request));
    }

    @Override
    protected void shutdown() {
        try {
            connection.close();
        } finally {
            if (child != null) {
                child.close();
            }
        }
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return features.contains(Features.encode(type))
                ? Optional.ofNullable(FEATURES.get(type)).map(make -> type.cast(make.apply(this)))
                : Optional.empty();
    }

    private static final Map<Class<? extends Feature>, Function<RemoteDatastore, Feature>> FEATURES = Map.of(
            Persistence.class, store -> new Persistence() {},
            AtomicBatches.class, store -> new AtomicBatches() {},
            DiskUsage.class, RemoteDatastore::diskUsage,
            ConsistencyCheck.class, RemoteDatastore::consistencyCheck,
            Scrub.class, RemoteDatastore::scrub,
            GarbageCollection.class, RemoteDatastore::garbageCollection,
            Expiry.class, RemoteExpiry::new,
            Transactions.class, RemoteDatastore::transactions);

    private DiskUsage diskUsage() {
        return () -> using(() -> call(() -> withoutTimeout().diskUsage(DiskUsageRequest.getDefaultInstance())))
                .getBytes();
    }

    private ConsistencyCheck consistencyCheck() {
        return () -> using(() -> call(() -> withoutTimeout().check(CheckRequest.getDefaultInstance())));
    }

    private Scrub scrub() {
        return () -> using(() -> call(() -> withoutTimeout().scrub(ScrubRequest.getDefaultInstance())));
    }

    private GarbageCollection garbageCollection() {
        return () ->
                using(() -> call(() -> withoutTimeout().collectGarbage(CollectGarbageRequest.getDefaultInstance())));
    }

    private Transactions transactions() {
        return () -> using(() -> new RemoteTransaction(
                this, stream(StoreGrpc.getTransactMethod(), TransactRequest.getDefaultInstance()), timeout));
    }

    /** Expiry, asked of the sidecar. */
    private record RemoteExpiry(RemoteDatastore store) implements Expiry {

        @Override
        public void put(Key key, byte[] value, Duration timeToLive) {
            store.limits().check(key);
            store.limits().check(key, value);
            PutWithTimeToLiveRequest request = PutWithTimeToLiveRequest.newBuilder()
                    .setKey(Keys.encode(key))
                    .setValue(Keys.share(value)) // the caller waits until it was sent
                    .setTimeToLiveMillis(timeToLive.toMillis())
                    .build();
            store.using(() -> store.call(() -> store.withTimeout().putWithTimeToLive(request)));
        }

        @Override
        public void setTimeToLive(Key key, Duration timeToLive) {
            store.limits().check(key);
            SetTimeToLiveRequest request = SetTimeToLiveRequest.newBuilder()
                    .setKey(Keys.encode(key))
                    .setTimeToLiveMillis(timeToLive.toMillis())
                    .build();
            store.using(() -> store.call(() -> store.withTimeout().setTimeToLive(request)));
        }

        @Override
        public Optional<Instant> expiration(Key key) {
            store.limits().check(key);
            GetExpirationRequest request =
                    GetExpirationRequest.newBuilder().setKey(Keys.encode(key)).build();
            GetExpirationResponse response =
                    store.using(() -> store.call(() -> store.withTimeout().getExpiration(request)));
            return response.hasEpochMillis()
                    ? Optional.of(Instant.ofEpochMilli(response.getEpochMillis()))
                    : Optional.empty();
        }
    }
}
