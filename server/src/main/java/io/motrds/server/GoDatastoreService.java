package io.motrds.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.server.protocol.gods.*;
import io.motrds.server.wire.Keys;
import io.motrds.server.wire.Queries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The service of go-ds-grpc, for its unmodified Go client: see go_ds_grpc.proto. */
final class GoDatastoreService extends DatastoreGrpc.DatastoreImplBase {

    /** Go's zero time in seconds since 1970: no expiration. */
    private static final long ZERO_TIME = -62_135_596_800L;

    private final Calls calls;
    private final Datastore store;

    GoDatastoreService(Calls calls) {
        this.calls = calls;
        this.store = calls.store();
    }

    @Override
    public void features(FeaturesRequest request, StreamObserver<FeaturesResponse> out) {
        calls.describe(out, () -> {
            FeaturesResponse.Builder features =
                    FeaturesResponse.newBuilder().addFeatures(FeaturesResponse.Feature.BATCHING);
            add(features, ConsistencyCheck.class, FeaturesResponse.Feature.CHECKED);
            add(features, Scrub.class, FeaturesResponse.Feature.SCRUBBED);
            add(features, GarbageCollection.class, FeaturesResponse.Feature.GC);
            add(features, DiskUsage.class, FeaturesResponse.Feature.PERSISTENT); // which in Go means just that
            add(features, Expiry.class, FeaturesResponse.Feature.TTL);
            return features.build(); // no TRANSACTION: that client cannot do any
        });
    }

    private void add(FeaturesResponse.Builder all, Class<? extends Feature> ours, FeaturesResponse.Feature theirs) {
        if (store.feature(ours).isPresent()) {
            all.addFeatures(theirs);
        }
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> out) {
        calls.answer(out, () -> {
            Key key = Key.of(request.getKey());
            byte[] value = store.get(key).orElseThrow(() -> absent(key));
            return GetResponse.newBuilder().setValue(Keys.share(value)).build();
        });
    }

    private static RuntimeException absent(Key key) {
        return Status.NOT_FOUND.withDescription("no such key: " + key).asRuntimeException();
    }

    @Override
    public void has(HasRequest request, StreamObserver<HasResponse> out) {
        calls.answer(
                out,
                () -> HasResponse.newBuilder()
                        .setHas(store.has(Key.of(request.getKey())))
                        .build());
    }

    @Override
    public void getSize(GetSizeRequest request, StreamObserver<GetSizeResponse> out) {
        calls.answer(out, () -> {
            Key key = Key.of(request.getKey());
            OptionalLong size = store.size(key);
            return GetSizeResponse.newBuilder()
                    .setSize(size.orElseThrow(() -> absent(key)))
                    .build();
        });
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> out) {
        calls.answer(out, () -> {
            store.put(Key.of(request.getKey()), Keys.take(request.getValue()));
            return PutResponse.getDefaultInstance();
        });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
        calls.answer(out, () -> {
            store.delete(Key.of(request.getKey()));
            return DeleteResponse.getDefaultInstance();
        });
    }

    @Override
    public void sync(SyncRequest request, StreamObserver<SyncResponse> out) {
        calls.answer(out, () -> {
            store.sync(Key.of(request.getPrefix()));
            return SyncResponse.getDefaultInstance();
        });
    }

    @Override
    public void query(QueryRequest request, StreamObserver<QueryResult> out) {
        Expiry expiry =
                request.getReturnExpirations() ? store.feature(Expiry.class).orElse(null) : null;
        new Answer((ServerCallStreamObserver<QueryResult>) out, calls, expiry).begin(() -> store.query(query(request)));
    }

    private static Query query(QueryRequest request) {
        Query query = Query.under(Key.of(request.getPrefix())).offset(Queries.capped(request.getOffset()));
        if (request.getLimit() != 0) {
            query = query.limit(Queries.capped(request.getLimit()));
        }
        for (Map.Entry<String, ByteString> filter : request.getFiltersMap().entrySet()) {
            query = query.filter(filter(filter.getKey(), filter.getValue()));
        }
        for (Order order : orders(request.getOrdersMap())) {
            query = query.order(order);
        }
        if (request.getKeysOnly()) {
            query = request.getReturnSizes() ? query.keysAndSizes() : query.keysOnly();
        }
        return query;
    }

    private static Filter filter(String name, ByteString bytes) {
        try {
            switch (name) {
                case "FilterKeyCompare" -> {
                    QueryFilterKeyCompare filter = QueryFilterKeyCompare.parseFrom(bytes);
                    return Filter.key(comparison(filter.getOp()), filter.getKey());
                }
                case "FilterValueCompare" -> {
                    QueryFilterValueCompare filter = QueryFilterValueCompare.parseFrom(bytes);
                    return Filter.value(
                            comparison(filter.getOp()), filter.getValue().toByteArray());
                }
                case "FilterKeyPrefix" -> {
                    return Filter.keyPrefix(
                            QueryFilterKeyPrefix.parseFrom(bytes).getPrefix());
                }
                default ->
                    throw new RefusedInputException("the filter " + name + " is not known here; there are "
                            + "FilterKeyCompare, FilterValueCompare and FilterKeyPrefix");
            }
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedInputException("the filter " + name + " cannot be read", e);
        }
    }

    private static Comparison comparison(String op) {
        return switch (op) {
            case "==" -> Comparison.EQUAL;
            case "!=" -> Comparison.NOT_EQUAL;
            case ">" -> Comparison.GREATER;
            case ">=" -> Comparison.GREATER_OR_EQUAL;
            case "<" -> Comparison.LESS;
            case "<=" -> Comparison.LESS_OR_EQUAL;
            default -> throw new RefusedInputException("the comparison of a filter is one of ==, !=, >, >=, <, <=");
        };
    }

    /**
     * The orders of a map, which does not say which comes first. Values before keys is the one sequence in which both
     * mean something; of two directions none does.
     */
    private static List<Order> orders(Map<String, ByteString> map) {
        List<Order> orders = new ArrayList<>();
        addOrder(orders, map, "OrderByValue", Order.byValue(), Order.byValueDescending());
        addOrder(orders, map, "OrderByKey", Order.byKey(), Order.byKeyDescending());
        if (orders.size() != map.size()) {
            throw new RefusedInputException("the orders " + map.keySet() + " cannot be done together; there are "
                    + "OrderByKey or OrderByKeyDesc, and OrderByValue or OrderByValueDesc");
        }
        return orders;
    }

    private static void addOrder(
            List<Order> orders, Map<String, ByteString> map, String name, Order ascending, Order descending) {
        if (map.containsKey(name)) {
            orders.add(ascending);
        } else if (map.containsKey(name + "Desc")) {
            orders.add(descending);
        }
    }

    @Override
    public void batch(BatchRequest request, StreamObserver<BatchResponse> out) {
        calls.answer(out, () -> {
            long bytes = request.getSerializedSize();
            calls.batches().take(bytes);
            try (Batch batch = store.batch()) {
                for (BatchRequest.Op op : request.getOpsList()) {
                    Key key = Key.of(op.getKey());
                    switch (op.getOpCode()) {
                        case PUT -> batch.put(key, Keys.take(op.getValue()));
                        case DELETE -> batch.delete(key);
                        case UNRECOGNIZED -> throw new RefusedInputException("a batch has puts and deletes alone");
                    }
                }
                batch.commit();
            } finally {
                calls.batches().giveBack(bytes);
            }
            return BatchResponse.getDefaultInstance();
        });
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> out) {
        calls.answer(out, () -> {
            calls.require(ConsistencyCheck.class).check();
            return CheckResponse.getDefaultInstance();
        });
    }

    @Override
    public void scrub(ScrubRequest request, StreamObserver<ScrubResponse> out) {
        calls.answer(out, () -> {
            calls.require(Scrub.class).scrub();
            return ScrubResponse.getDefaultInstance();
        });
    }

    @Override
    public void collectGarbage(CollectGarbageRequest request, StreamObserver<CollectGarbageResponse> out) {
        calls.answer(out, () -> {
            calls.require(GarbageCollection.class).collectGarbage();
            return CollectGarbageResponse.getDefaultInstance();
        });
    }

    @Override
    public void diskUsage(DiskUsageRequest request, StreamObserver<DiskUsageResponse> out) {
        calls.answer(
                out,
                () -> DiskUsageResponse.newBuilder()
                        .setSize(calls.require(DiskUsage.class).diskUsageBytes())
                        .build());
    }

    @Override
    public void putWithTTL(PutWithTTLRequest request, StreamObserver<PutWithTTLResponse> out) {
        calls.answer(out, () -> {
            Duration timeToLive = duration(request.getTtl());
            calls.require(Expiry.class).put(Key.of(request.getKey()), Keys.take(request.getValue()), timeToLive);
            return PutWithTTLResponse.getDefaultInstance();
        });
    }

    @Override
    public void setTTL(SetTTLRequest request, StreamObserver<SetTTLResponse> out) {
        calls.answer(out, () -> {
            Duration timeToLive = duration(request.getTtl());
            calls.require(Expiry.class).setTimeToLive(Key.of(request.getKey()), timeToLive);
            return SetTTLResponse.getDefaultInstance();
        });
    }

    private static Duration duration(com.google.protobuf.Duration message) {
        Duration duration = Duration.ofSeconds(message.getSeconds(), message.getNanos());
        if (duration.isZero() || duration.isNegative()) {
            throw new RefusedInputException("a time to live must be positive");
        }
        return duration;
    }

    @Override
    public void getExpiration(GetExpirationRequest request, StreamObserver<GetExpirationResponse> out) {
        calls.answer(out, () -> {
            Key key = Key.of(request.getKey());
            Instant expiration = calls.require(Expiry.class).expiration(key).orElse(null);
            if (expiration == null && !store.has(key)) {
                throw absent(key);
            }
            Timestamp.Builder time = Timestamp.newBuilder();
            return GetExpirationResponse.newBuilder()
                    .setExpiration(
                            expiration == null
                                    ? time.setSeconds(ZERO_TIME)
                                    : time.setSeconds(expiration.getEpochSecond())
                                            .setNanos(expiration.getNano()))
                    .build();
        });
    }

    /** Sends each result of a query in a message of its own. */
    private static final class Answer extends ResultsStream<QueryResult> {
        private final @Nullable Expiry expiry;

        Answer(ServerCallStreamObserver<QueryResult> out, Calls calls, @Nullable Expiry expiry) {
            super(out, calls);
            this.expiry = expiry;
        }

        @Override
        QueryResult next(QueryResults results) {
            Entry entry = results.next();
            QueryResult.Builder message = QueryResult.newBuilder()
                    .setKey(entry.key().toString())
                    .setSize(entry.size())
                    .setExpiration(expiration(entry.key()));
            byte[] value = entry.value();
            if (value != null) {
                message.setValue(Keys.share(value));
            }
            return message.build();
        }

        private long expiration(Key key) {
            return expiry == null
                    ? ZERO_TIME
                    : expiry.expiration(key).map(Instant::getEpochSecond).orElse(ZERO_TIME);
        }
    }
}
