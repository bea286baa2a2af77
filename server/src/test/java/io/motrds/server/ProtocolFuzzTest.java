package io.motrds.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Query;
import io.motrds.server.protocol.BatchRequest;
import io.motrds.server.protocol.Comparison;
import io.motrds.server.protocol.Feature;
import io.motrds.server.protocol.Filter;
import io.motrds.server.protocol.GetManyRequest;
import io.motrds.server.protocol.GetManyResponse;
import io.motrds.server.protocol.HelloResponse;
import io.motrds.server.protocol.Order;
import io.motrds.server.protocol.PutRequest;
import io.motrds.server.protocol.PutWithTimeToLiveRequest;
import io.motrds.server.protocol.QueryRequest;
import io.motrds.server.protocol.QueryResponse;
import io.motrds.server.protocol.StoreGrpc;
import io.motrds.server.protocol.TransactRequest;
import io.motrds.server.protocol.Write;
import io.motrds.server.protocol.gods.DatastoreGrpc;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Messages that are almost right: the server answers them with a status, the client with an exception of the contract. */
@Timeout(120)
class ProtocolFuzzTest {

    private static final int ROUNDS = 400;

    private final Random random = new Random(8);

    private byte[] mutated(List<byte[]> samples) {
        byte[] sample = samples.get(random.nextInt(samples.size()));
        byte[] bytes =
                Arrays.copyOf(sample, random.nextInt(8) == 0 ? random.nextInt(sample.length + 20) : sample.length);
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static List<byte[]> bytes(MessageLite... messages) {
        return Arrays.stream(messages).map(MessageLite::toByteArray).toList();
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static final List<byte[]> REQUESTS = bytes(
            PutRequest.newBuilder().setKey(text("/a/b")).setValue(text("value")).build(),
            GetManyRequest.newBuilder()
                    .addKeys(text("/a"))
                    .addKeys(text("/a/b"))
                    .build(),
            PutWithTimeToLiveRequest.newBuilder()
                    .setKey(text("/ttl"))
                    .setValue(text("x"))
                    .setTimeToLiveMillis(100_000)
                    .build(),
            QueryRequest.newBuilder()
                    .setQuery(io.motrds.server.protocol.Query.newBuilder()
                            .setPrefix(text("/a"))
                            .addFilters(Filter.newBuilder()
                                    .setKeyCompare(Filter.KeyCompare.newBuilder()
                                            .setComparison(Comparison.GREATER)
                                            .setText(text("/a"))))
                            .addOrders(Order.BY_VALUE)
                            .setOffset(1)
                            .setLimit(10))
                    .build(),
            BatchRequest.newBuilder()
                    .addWrites(Write.newBuilder().setKey(text("/a/c")).setValue(text("v")))
                    .addWrites(Write.newBuilder().setKey(text("/a/d")))
                    .setCommit(true)
                    .build(),
            TransactRequest.newBuilder()
                    .setWrite(Write.newBuilder().setKey(text("/t")).setValue(text("v")))
                    .build());

    @Test
    void theServerAnswersWithAStatusWhateverItIsSent() {
        List<MethodDescriptor<?, ?>> methods =
                new ArrayList<>(StoreGrpc.getServiceDescriptor().getMethods());
        methods.addAll(DatastoreGrpc.getServiceDescriptor().getMethods());
        try (Datastore store = Datastores.open(Map.of("type", "mem"));
                Sidecar sidecar = Sidecar.start(store, Endpoint.parse("127.0.0.1:0"))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(((Endpoint.Loopback) sidecar.endpoint()).address())
                    .usePlaintext()
                    .build();
            for (int i = 0; i < ROUNDS; i++) {
                String method = methods.get(random.nextInt(methods.size())).getFullMethodName();
                byte[] request = mutated(REQUESTS);
                Status status = status(channel, method, request);
                String said = method + " " + Arrays.toString(request) + ": " + status;
                assertFalse(String.valueOf(status.getDescription()).contains("internal error"), said);
                assertFalse(status.getCode() == Status.Code.CANCELLED, said);
                assertFalse(status.getCode() == Status.Code.DEADLINE_EXCEEDED, said);
            }
            channel.shutdownNow();
            store.put(Key.of("/serves"), new byte[1]);
            assertTrue(sidecar.isHealthy());
        }
    }

    private static Status status(ManagedChannel channel, String method, byte[] request) {
        try {
            RawCall.sendAndReadAll(channel, method, request);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static final List<byte[]> RESPONSES = bytes(
            GetManyResponse.newBuilder()
                    .addFound(GetManyResponse.Found.newBuilder().setIndex(3).setValue(text("v")))
                    .build(),
            QueryResponse.newBuilder()
                    .addEntries(
                            QueryResponse.Entry.newBuilder().setKey(text("/a")).setValue(text("v")))
                    .build(),
            QueryResponse.newBuilder()
                    .addEntries(
                            QueryResponse.Entry.newBuilder().setKey(text("/a")).setSize(7))
                    .build());

    @Test
    void theClientFailsAsTheContractSaysWhateverItIsAnswered() throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .fallbackHandlerRegistry(new Garbage())
                .build()
                .start();
        Datastore store =
                Datastores.open(Map.of("type", "remote", "target", "127.0.0.1:" + server.getPort(), "timeout", "5s"));
        try {
            Key key = Key.of("/a");
            List<Executable> calls = List.of(
                    () -> store.get(key),
                    () -> store.has(key),
                    () -> store.size(key),
                    () -> store.getAll(List.of(key, Key.of("/b"))),
                    () -> store.put(key, new byte[1]),
                    () -> store.query(Query.all()).toList(),
                    () -> store.query(Query.all().keysAndSizes()).toList(),
                    () -> store.feature(DiskUsage.class).orElseThrow().diskUsageBytes(),
                    () -> store.feature(Expiry.class).orElseThrow().expiration(key),
                    () -> commit(store),
                    () -> transact(store.feature(Transactions.class).orElseThrow()));
            int failures = 0;
            for (int i = 0; i < ROUNDS; i++) {
                failures += failsAsItMay(calls.get(random.nextInt(calls.size())));
            }
            assertTrue(failures > 20, "garbage was noticed now and then: " + failures);
        } finally {
            store.close();
            server.shutdownNow();
        }
    }

    private static void commit(Datastore store) {
        try (Batch batch = store.batch()) {
            batch.put(Key.of("/a"), new byte[1]);
            batch.commit();
        }
    }

    private static void transact(Transactions transactions) {
        try (Transaction transaction = transactions.begin()) {
            transaction.get(Key.of("/a"));
            transaction.commit();
        }
    }

    private static int failsAsItMay(Executable call) {
        try {
            call.execute();
            return 0;
        } catch (DatastoreException e) {
            return 1;
        } catch (Throwable e) {
            throw new AssertionError("the client fails with exceptions of the contract", e);
        }
    }

    /** Greets as a sidecar does and answers all else with garbage. */
    private final class Garbage extends HandlerRegistry {

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            return ServerMethodDefinition.create(
                    RawCall.method(name, MethodDescriptor.MethodType.BIDI_STREAMING),
                    ServerCalls.asyncBidiStreamingCall(out -> answer(name, out)));
        }

        private StreamObserver<byte[]> answer(String name, StreamObserver<byte[]> out) {
            if (name.endsWith("Transact")) {
                out.onNext(garbage()); // it has begun
            }
            return new StreamObserver<>() {
                private boolean answered;

                @Override
                public void onNext(byte[] request) {
                    if (!answered) {
                        answered = true;
                        out.onNext(name.endsWith("Hello") ? hello() : garbage());
                        out.onCompleted();
                    }
                }

                @Override
                public void onError(Throwable thrown) {}

                @Override
                public void onCompleted() {}
            };
        }

        private byte[] hello() {
            return HelloResponse.newBuilder()
                    .setVersion(1)
                    .setStoreName("garbage")
                    .setMaxKeyBytes(1_000)
                    .setMaxValueBytes(4 << 20)
                    .setIdleLimitMillis(60_000)
                    .addFeatures(Feature.DISK_USAGE)
                    .addFeatures(Feature.EXPIRY)
                    .addFeatures(Feature.TRANSACTIONS)
                    .build()
                    .toByteArray();
        }

        private synchronized byte[] garbage() {
            return mutated(RESPONSES);
        }
    }
}
