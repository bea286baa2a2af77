package io.motrds.server;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import io.motrds.api.query.QueryResults;
import io.motrds.server.protocol.*;
import io.motrds.server.wire.Failures;
import io.motrds.server.wire.Features;
import io.motrds.server.wire.Keys;
import io.motrds.server.wire.Queries;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** The extended service: see store.proto. */
final class StoreService extends StoreGrpc.StoreImplBase {

    /** The protocol version that is spoken here. */
    static final int VERSION = 1;

    private final Calls calls;
    private final Datastore store;

    StoreService(Calls calls) {
        this.calls = calls;
        this.store = calls.store();
    }

    @Override
    public void hello(HelloRequest request, StreamObserver<HelloResponse> out) {
        calls.describe(out, () -> {
            if (request.getOldestVersion() > VERSION || request.getNewestVersion() < VERSION) {
                throw Failures.otherVersion("this server speaks protocol version " + VERSION + ", the client "
                        + request.getOldestVersion() + " to " + request.getNewestVersion()
                        + "; use client and server of the same release");
            }
            return HelloResponse.newBuilder()
                    .setVersion(VERSION)
                    .setServerRelease(Release.number())
                    .setStoreName(store.name())
                    .addAllFeatures(Features.of(store))
                    .addAllNativeQueryParts(Features.encode(store.nativeQueryParts()))
                    .setMaxKeyBytes(store.limits().maxKeyBytes())
                    .setMaxValueBytes(calls.maxValueBytes())
                    .setMaxMessageBytes(calls.settings().maxMessageBytes())
                    .setMaxBatchBytes(calls.settings().maxBatchBytes())
                    .setIdleLimitMillis((int) calls.settings().idle().toMillis())
                    .build();
        });
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> out) {
        calls.answer(out, () -> value(store.get(Keys.decode(request.getKey()))));
    }

    static GetResponse value(java.util.Optional<byte[]> value) {
        return value.map(bytes ->
                        GetResponse.newBuilder().setValue(Keys.share(bytes)).build())
                .orElseGet(GetResponse::getDefaultInstance);
    }

    @Override
    public void getMany(GetManyRequest request, StreamObserver<GetManyResponse> out) {
        new ManyValues((ServerCallStreamObserver<GetManyResponse>) out, calls, request);
    }

    @Override
    public void has(HasRequest request, StreamObserver<HasResponse> out) {
        calls.answer(
                out,
                () -> HasResponse.newBuilder()
                        .setHas(store.has(Keys.decode(request.getKey())))
                        .build());
    }

    @Override
    public void size(SizeRequest request, StreamObserver<SizeResponse> out) {
        calls.answer(out, () -> {
            OptionalLong size = store.size(Keys.decode(request.getKey()));
            SizeResponse.Builder answer = SizeResponse.newBuilder();
            size.ifPresent(answer::setSize);
            return answer.build();
        });
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> out) {
        calls.answer(out, () -> {
            store.put(Keys.decode(request.getKey()), value(request.getValue()));
            return PutResponse.getDefaultInstance();
        });
    }

    private byte[] value(ByteString value) {
        if (value.size() > calls.maxValueBytes()) {
            throw new ValueTooLargeException(
                    "value of " + value.size() + " bytes is over the server's limit of " + calls.maxValueBytes());
        }
        return Keys.take(value);
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
        calls.answer(out, () -> {
            store.delete(Keys.decode(request.getKey()));
            return DeleteResponse.getDefaultInstance();
        });
    }

    @Override
    public void sync(SyncRequest request, StreamObserver<SyncResponse> out) {
        calls.answer(out, () -> {
            store.sync(prefix(request.getPrefix()));
            return SyncResponse.getDefaultInstance();
        });
    }

    private static Key prefix(ByteString prefix) {
        return prefix.isEmpty() ? Key.ROOT : Keys.decode(prefix);
    }

    @Override
    public StreamObserver<QueryRequest> query(StreamObserver<QueryResponse> out) {
        QueryAnswer answer = new QueryAnswer((ServerCallStreamObserver<QueryResponse>) out, calls);
        return new StreamObserver<>() {
            private boolean asked;

            @Override
            public void onNext(QueryRequest request) {
                answer.step(() -> {
                    if (asked && request.hasQuery()) {
                        throw new RefusedInputException("a query stream takes one query");
                    }
                    if (!asked && !request.hasQuery()) {
                        throw new RefusedInputException("the first request of a query stream must hold the query");
                    }
                    asked = true;
                });
                if (request.hasQuery()) {
                    answer.begin(() -> store.query(Queries.decode(request.getQuery())));
                }
            }

            @Override
            public void onError(Throwable thrown) {} // the call is over; the answer was told

            @Override
            public void onCompleted() {
                answer.step(() -> {
                    if (!asked) {
                        throw new RefusedInputException("a query stream must hold a query");
                    }
                });
            }
        };
    }

    @Override
    public StreamObserver<BatchRequest> batch(StreamObserver<BatchResponse> out) {
        return new BatchStream((ServerCallStreamObserver<BatchResponse>) out, calls);
    }

    @Override
    public StreamObserver<TransactRequest> transact(StreamObserver<TransactResponse> out) {
        return new TransactStream((ServerCallStreamObserver<TransactResponse>) out, calls);
    }

    @Override
    public void diskUsage(DiskUsageRequest request, StreamObserver<DiskUsageResponse> out) {
        calls.answer(
                out,
                () -> DiskUsageResponse.newBuilder()
                        .setBytes(calls.require(DiskUsage.class).diskUsageBytes())
                        .build());
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
    public void putWithTimeToLive(PutWithTimeToLiveRequest request, StreamObserver<PutWithTimeToLiveResponse> out) {
        calls.answer(out, () -> {
            Duration timeToLive = timeToLive(request.getTimeToLiveMillis());
            calls.require(Expiry.class).put(Keys.decode(request.getKey()), value(request.getValue()), timeToLive);
            return PutWithTimeToLiveResponse.getDefaultInstance();
        });
    }

    @Override
    public void setTimeToLive(SetTimeToLiveRequest request, StreamObserver<SetTimeToLiveResponse> out) {
        calls.answer(out, () -> {
            Duration timeToLive = timeToLive(request.getTimeToLiveMillis());
            calls.require(Expiry.class).setTimeToLive(Keys.decode(request.getKey()), timeToLive);
            return SetTimeToLiveResponse.getDefaultInstance();
        });
    }

    static Duration timeToLive(long millis) {
        if (millis <= 0) {
            throw new RefusedInputException("a time to live must be positive");
        }
        return Duration.ofMillis(millis);
    }

    @Override
    public void getExpiration(GetExpirationRequest request, StreamObserver<GetExpirationResponse> out) {
        calls.answer(out, () -> {
            GetExpirationResponse.Builder answer = GetExpirationResponse.newBuilder();
            calls.require(Expiry.class)
                    .expiration(Keys.decode(request.getKey()))
                    .map(Instant::toEpochMilli)
                    .ifPresent(answer::setEpochMillis);
            return answer.build();
        });
    }

    /** Sends the results of a query, some in each message: few at first, so that the first one comes soon. */
    private static final class QueryAnswer extends ResultsStream<QueryResponse> {
        private static final int MAX_BYTES = 128 << 10;
        private static final int MAX_ENTRIES = 1_024;

        private int entries = 8;

        QueryAnswer(ServerCallStreamObserver<QueryResponse> out, Calls calls) {
            super(out, calls);
        }

        @Override
        QueryResponse next(QueryResults results) {
            QueryResponse.Builder message = QueryResponse.newBuilder();
            long bytes = 0;
            while (message.getEntriesCount() < entries && bytes < MAX_BYTES && results.hasNext()) {
                QueryResponse.Entry entry = Queries.encode(results.next());
                bytes += entry.getKey().size() + entry.getValue().size();
                message.addEntries(entry);
            }
            entries = Math.min(2 * entries, MAX_ENTRIES);
            return message.build();
        }
    }
}
