package io.motrds.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.Expiry;
import io.motrds.api.query.QueryResults;
import io.motrds.server.protocol.BatchRequest;
import io.motrds.server.protocol.BatchResponse;
import io.motrds.server.protocol.Failure;
import io.motrds.server.protocol.GetRequest;
import io.motrds.server.protocol.GetResponse;
import io.motrds.server.protocol.HelloRequest;
import io.motrds.server.protocol.PutRequest;
import io.motrds.server.protocol.Query;
import io.motrds.server.protocol.QueryRequest;
import io.motrds.server.protocol.QueryResponse;
import io.motrds.server.protocol.StoreGrpc;
import io.motrds.server.protocol.Write;
import io.motrds.server.protocol.gods.DatastoreGrpc;
import io.motrds.server.protocol.gods.FeaturesRequest;
import io.motrds.server.protocol.gods.QueryResult;
import io.motrds.server.wire.Endpoint;
import io.motrds.server.wire.Failures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What the server allows, and what clients cannot do to it. */
@Timeout(120)
class SidecarTest {

    private static final int MESSAGE = 4 << 20;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[100_000]);

    /** A thread for each: the common pool has but one on two cores. */
    private static final Executor THREADS = work -> new Thread(work).start();

    private final BlockingStore blocking = new BlockingStore();
    private final Datastore store = blocking.store();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private Sidecar sidecar;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        start(Duration.ofSeconds(60));
    }

    private void start(Duration idle) {
        Settings settings = new Settings(4, MESSAGE, MESSAGE + 1000, idle, Duration.ofSeconds(20));
        sidecar = Sidecar.start(store, Endpoint.parse("127.0.0.1:0"), settings, meters, Duration.ZERO, () -> {});
        channel = connect();
    }

    /** Another server in its place, which lets a stream be idle so long. */
    private void restart(Duration idle) {
        channel.shutdownNow();
        sidecar.close();
        start(idle);
    }

    private InetSocketAddress address() {
        return ((Endpoint.Loopback) sidecar.endpoint()).address();
    }

    private ManagedChannel connect() {
        return NettyChannelBuilder.forAddress(address()).usePlaintext().build();
    }

    @AfterEach
    void stop() {
        blocking.go.countDown();
        channel.shutdownNow();
        sidecar.close();
        store.close();
    }

    private StoreGrpc.StoreBlockingStub calls() {
        return StoreGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static GetRequest get(String key) {
        return GetRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    }

    private static PutRequest put(String key, ByteString value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(value)
                .build();
    }

    private void serves() {
        calls().put(put("/serves", VALUE));
        assertEquals(VALUE, calls().get(get("/serves")).getValue());
    }

    private Datastore remote(String timeout) {
        return Datastores.open(
                Map.of("type", "remote", "target", sidecar.endpoint().toString(), "timeout", timeout));
    }

    private static void await(String rule, BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; !holds.getAsBoolean(); i++) {
            assertTrue(i < 3_000, rule);
            Thread.sleep(10);
        }
    }

    private static Status status(StatusRuntimeException e) {
        return e.getStatus();
    }

    @Test
    void aDeadlineThatPassesInTheStoreIsUnavailableAndNeverDeadlineExceeded() {
        StatusRuntimeException failure = assertThrows(
                StatusRuntimeException.class,
                () -> StoreGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(3, TimeUnit.SECONDS)
                        .get(get("/block")));
        assertEquals(Status.Code.UNAVAILABLE, status(failure).getCode(), failure::toString);
        assertEquals(
                Failure.Kind.TIMEOUT,
                Failures.detail(failure.getTrailers()).orElseThrow().getKind());
        StatusRuntimeException ofGo = assertThrows(
                StatusRuntimeException.class,
                () -> DatastoreGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(3, TimeUnit.SECONDS)
                        .get(io.motrds.server.protocol.gods.GetRequest.newBuilder()
                                .setKey("/block")
                                .build()));
        assertEquals(Status.Code.UNAVAILABLE, status(ofGo).getCode(), ofGo::toString);
    }

    /** Calls that are under way until {@code blocking} lets them go. */
    private List<CompletableFuture<GetResponse>> blockedGets(int count) throws InterruptedException {
        List<CompletableFuture<GetResponse>> blocked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocked.add(CompletableFuture.supplyAsync(() -> calls().get(get("/block")), THREADS));
        }
        await(count + " calls are under way", () -> blocking.waiting.get() == count);
        return blocked;
    }

    @Test
    void aCallBeyondTheLimitIsRefusedAndTheOthersAreServed() throws InterruptedException {
        List<CompletableFuture<GetResponse>> blocked = blockedGets(4);
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> calls().get(get("/other")));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, status(refused).getCode());
        assertTrue(status(refused).getDescription().contains("4 calls"), refused::getMessage);
        assertEquals(
                ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus(),
                "health is told however many calls there are");
        blocking.go.countDown();
        blocked.forEach(CompletableFuture::join);
        serves();
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedWithAStatusThatIsNoSuccess() {
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class, () -> calls().put(put("/large", ByteString.copyFrom(new byte[MESSAGE]))));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, status(refused).getCode(), refused::toString);
        StatusRuntimeException value = assertThrows(
                StatusRuntimeException.class,
                () -> calls().put(put("/large", ByteString.copyFrom(new byte[MESSAGE - 1000]))));
        assertEquals(Status.Code.INVALID_ARGUMENT, status(value).getCode(), value::toString);
        serves();
    }

    @Test
    void whatAClientSaysWrongIsTold() {
        for (String key : List.of("", "a", "/a/", "//", "/a\u0000")) {
            StatusRuntimeException refused =
                    assertThrows(StatusRuntimeException.class, () -> calls().get(get(key)), key);
            assertEquals(Status.Code.INVALID_ARGUMENT, status(refused).getCode(), key);
        }
        StatusRuntimeException version = assertThrows(
                StatusRuntimeException.class,
                () -> calls().hello(HelloRequest.newBuilder()
                        .setOldestVersion(2)
                        .setNewestVersion(3)
                        .build()));
        assertEquals(Status.Code.FAILED_PRECONDITION, status(version).getCode());
        assertTrue(status(version).getDescription().contains("version 1"), version::getMessage);
    }

    /** A client of streams that reads what it asks for, and nothing by itself. */
    private static final class Reader<Q, A> implements ClientResponseObserver<Q, A> {
        final CompletableFuture<Status> end = new CompletableFuture<>();
        final List<A> read = new ArrayList<>();
        ClientCallStreamObserver<Q> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> call) {
            this.call = call;
            call.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(A message) {
            read.add(message);
        }

        @Override
        public void onError(Throwable thrown) {
            end.complete(Status.fromThrowable(thrown));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    private Reader<QueryRequest, QueryResponse> query() {
        for (int i = 0; i < 100; i++) {
            store.put(Key.of("/q/" + i), VALUE.toByteArray());
        }
        Reader<QueryRequest, QueryResponse> reader = new Reader<>();
        StreamObserver<QueryRequest> request = StoreGrpc.newStub(channel).query(reader);
        request.onNext(
                QueryRequest.newBuilder().setQuery(Query.getDefaultInstance()).build());
        return reader;
    }

    @Test
    void aClientThatStopsReadingLosesItsQuery() throws Exception {
        restart(Duration.ofMillis(400));
        Reader<QueryRequest, QueryResponse> reader = query();
        await("the query has begun", () -> blocking.openResults.get() == 1);
        await("what it held is given back", () -> blocking.openResults.get() == 0);
        reader.call.request(1_000);
        Status end = reader.end.get(30, TimeUnit.SECONDS);
        assertEquals(Status.Code.ABORTED, end.getCode(), end::toString);
        assertTrue(reader.read.size() < 50, "the query did not run ahead of its reader");
    }

    @Test
    void aGoClientThatStopsReadingLosesItsQuery() throws Exception {
        restart(Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            store.put(Key.of("/q/" + i), VALUE.toByteArray());
        }
        Reader<io.motrds.server.protocol.gods.QueryRequest, QueryResult> reader = new Reader<>();
        DatastoreGrpc.newStub(channel)
                .query(
                        io.motrds.server.protocol.gods.QueryRequest.newBuilder()
                                .setPrefix("/q")
                                .build(),
                        reader);
        await("the query is ended", () -> finished(DatastoreGrpc.getQueryMethod(), "ABORTED") == 1);
        assertEquals(0, blocking.openResults.get(), "what it held is given back");
        reader.call.request(1_000);
        Status end = reader.end.get(30, TimeUnit.SECONDS);
        assertEquals(Status.Code.ABORTED, end.getCode(), end::toString);
        assertTrue(!reader.read.isEmpty(), "the query had begun");
        assertTrue(reader.read.size() < 50, "the query did not run ahead of its reader");
    }

    @Test
    void aClientThatSaysThatItIsThereKeepsItsQuery() throws Exception {
        restart(Duration.ofSeconds(2));
        Reader<QueryRequest, QueryResponse> reader = query();
        for (int i = 0; i < 15; i++) {
            Thread.sleep(200);
            reader.call.onNext(QueryRequest.getDefaultInstance());
        }
        reader.call.onCompleted();
        reader.call.request(1_000);
        assertEquals(Status.Code.OK, reader.end.get(30, TimeUnit.SECONDS).getCode());
        assertEquals(
                100,
                reader.read.stream().mapToInt(QueryResponse::getEntriesCount).sum());
    }

    @Test
    void aClientThatWalksAwayFreesWhatItHeld() throws InterruptedException {
        Reader<QueryRequest, QueryResponse> reader = query();
        await("the query has begun", () -> blocking.openResults.get() == 1);
        reader.call.cancel("gone", null);
        await("what it held is given back", () -> blocking.openResults.get() == 0);
    }

    private static BatchRequest writes(int from, int count) {
        BatchRequest.Builder request = BatchRequest.newBuilder();
        for (int i = from; i < from + count; i++) {
            request.addWrites(Write.newBuilder()
                    .setKey(ByteString.copyFromUtf8("/batch/" + i))
                    .setValue(VALUE));
        }
        return request.build();
    }

    @Test
    void batchesBeyondTheLimitAreRefusedAndTheirBytesGivenBack() throws Exception {
        for (int round = 0; round < 3; round++) {
            Reader<BatchRequest, BatchResponse> reader = new Reader<>();
            StreamObserver<BatchRequest> request = StoreGrpc.newStub(channel).batch(reader);
            reader.call.request(10);
            for (int i = 0; i < 50; i += 10) {
                request.onNext(writes(i, 10));
            }
            Status end = reader.end.get(30, TimeUnit.SECONDS);
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end::toString);
        }
        await(
                "bytes are given back",
                () -> meters.get("motrds.server.batches").gauge().value() == 0);
        Reader<BatchRequest, BatchResponse> reader = new Reader<>();
        StreamObserver<BatchRequest> request = StoreGrpc.newStub(channel).batch(reader);
        reader.call.request(10);
        request.onNext(writes(0, 10));
        request.onNext(BatchRequest.newBuilder().setCommit(true).build());
        assertEquals(Status.Code.OK, reader.end.get(30, TimeUnit.SECONDS).getCode());
        assertEquals(VALUE, calls().get(get("/batch/9")).getValue());
    }

    @Test
    void aBatchThatIsLeftAloneOrNotCommittedWritesNothing() throws Exception {
        restart(Duration.ofMillis(400));
        Reader<BatchRequest, BatchResponse> forgotten = new Reader<>();
        StoreGrpc.newStub(channel).batch(forgotten).onNext(writes(0, 5));
        forgotten.call.request(1);
        assertEquals(
                Status.Code.ABORTED, forgotten.end.get(30, TimeUnit.SECONDS).getCode());
        Reader<BatchRequest, BatchResponse> ended = new Reader<>();
        StreamObserver<BatchRequest> request = StoreGrpc.newStub(channel).batch(ended);
        request.onNext(writes(0, 5));
        request.onCompleted();
        ended.call.request(1);
        assertEquals(Status.Code.OK, ended.end.get(30, TimeUnit.SECONDS).getCode());
        assertTrue(!calls().get(get("/batch/0")).hasValue(), "nothing is written without a commit");
    }

    @Test
    void aWriterThatWaitsForTheServerDoesNotSilenceOtherStreams() throws Exception {
        for (int i = 0; i < 100; i++) {
            store.put(Key.of("/q/" + i), VALUE.toByteArray());
        }
        restart(Duration.ofSeconds(3));
        try (Datastore remote = remote("60s");
                QueryResults results = remote.query(io.motrds.api.query.Query.under(Key.of("/q")))) {
            results.next();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> commitMuch(remote), THREADS);
            await("the store is at work for the batch", () -> blocking.waiting.get() == 1);
            Thread.sleep(4_500); // longer than a stream may be silent
            int read = 1;
            for (; results.hasNext(); read++) {
                results.next();
            }
            assertEquals(100, read);
            blocking.go.countDown();
            writer.get(30, TimeUnit.SECONDS);
        }
    }

    /** More than the server buffers. */
    private static void commitMuch(Datastore remote) {
        try (Batch batch = remote.batch()) {
            batch.put(Key.of("/block"), new byte[1]);
            for (int i = 0; i < 35; i++) {
                batch.put(Key.of("/much/" + i), VALUE.toByteArray());
            }
            batch.commit();
        }
    }

    @Test
    void everyCallOfARemoteStoreEndsInTimeWhenItsSidecarHasGone() {
        Key key = Key.of("/a");
        try (Datastore remote = remote("300ms")) {
            Expiry expiry = remote.feature(Expiry.class).orElseThrow();
            sidecar.close();
            Map<String, Executable> calls = Map.of(
                    "get", () -> remote.get(key),
                    "getAll", () -> remote.getAll(List.of(key, Key.of("/b"))),
                    "has", () -> remote.has(key),
                    "size", () -> remote.size(key),
                    "put", () -> remote.put(key, new byte[1]),
                    "delete", () -> remote.delete(key),
                    "sync", () -> remote.sync(Key.ROOT),
                    "query", () -> remote.query(io.motrds.api.query.Query.all()).hasNext(),
                    "batch", () -> commitMuch(remote),
                    "expiry", () -> expiry.expiration(key));
            calls.forEach((name, call) -> {
                DatastoreException failure = assertTimeout(
                        Duration.ofSeconds(20), () -> assertThrows(DatastoreException.class, call, name), name);
                assertTrue(failure.isRetryable(), name + ": " + failure);
            });
        }
    }

    @Test
    void whatIsKnownWithoutTheStoreIsNoAnswerOfTheStore(@TempDir Path folder) throws Exception {
        CountDownLatch isAway = new CountDownLatch(1);
        ManagedChannel other = null;
        try (Datastore breaking = Datastores.open(Map.of("type", "breaking", "path", folder.toString()));
                Sidecar served = Sidecar.start(
                        breaking,
                        Endpoint.parse("127.0.0.1:0"),
                        Settings.defaults(),
                        meters,
                        Duration.ofMillis(200),
                        isAway::countDown)) {
            other = NettyChannelBuilder.forAddress(((Endpoint.Loopback) served.endpoint()).address())
                    .usePlaintext()
                    .build();
            StoreGrpc.StoreBlockingStub ours = StoreGrpc.newBlockingStub(other);
            DatastoreGrpc.DatastoreBlockingStub ofGo = DatastoreGrpc.newBlockingStub(other);
            await("the store is known to be away, whatever else is asked", () -> {
                assertThrows(StatusRuntimeException.class, () -> ours.get(get("/away")));
                ours.hello(HelloRequest.newBuilder()
                        .setOldestVersion(1)
                        .setNewestVersion(1)
                        .build());
                ofGo.features(FeaturesRequest.getDefaultInstance());
                return isAway.getCount() == 0;
            });
        } finally {
            if (other != null) {
                other.shutdownNow();
            }
        }
    }

    @Test
    void aServerWithoutMemoryMayHaveWritten(@TempDir Path folder) {
        try (Datastore breaking = Datastores.open(Map.of("type", "breaking", "path", folder.toString()));
                Sidecar served = Sidecar.start(breaking, Endpoint.parse("127.0.0.1:0"));
                Datastore remote = Datastores.open(
                        Map.of("type", "remote", "target", served.endpoint().toString()));
                Batch batch = remote.batch()) {
            batch.put(Key.of("/full"), new byte[1]);
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertEquals(Set.of(Key.of("/full")), failure.unknownKeys(), failure::toString);
        }
    }

    @Test
    void aServerThatCannotListenLeavesNothingOpen(@TempDir Path folder) throws IOException {
        Endpoint taken = new Endpoint.UnixSocket(folder.resolve("run/s"));
        try (Sidecar first = Sidecar.start(store, taken)) {
            long before = openFiles();
            for (int i = 0; i < 30; i++) {
                assertThrows(MisconfiguredException.class, () -> Sidecar.start(store, first.endpoint()));
                assertThrows(RuntimeException.class, () -> Sidecar.start(store, sidecar.endpoint()), "a port");
            }
            assertTrue(openFiles() < before + 30, () -> "files stay open");
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void stoppingWaitsForCallsUnderWayAndTakesNoMore() throws Exception {
        serves();
        CompletableFuture<GetResponse> blocked =
                CompletableFuture.supplyAsync(() -> calls().get(get("/block")), THREADS);
        await("a call is under way", () -> blocking.waiting.get() == 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(sidecar::close, THREADS);
        await("it is not healthy any more", () -> !sidecar.isHealthy());
        ManagedChannel late = connect();
        try {
            StatusRuntimeException refused = assertThrows(
                    StatusRuntimeException.class,
                    () -> StoreGrpc.newBlockingStub(late)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .get(get("/other")));
            assertEquals(Status.Code.UNAVAILABLE, status(refused).getCode());
        } finally {
            late.shutdownNow();
        }
        assertTrue(!stopped.isDone(), "it waits for the call");
        blocking.go.countDown();
        assertTrue(!blocked.get(30, TimeUnit.SECONDS).hasValue());
        stopped.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCallThatHangsIsToldThatTheServerStops() throws Exception {
        CompletableFuture<GetResponse> hanging =
                CompletableFuture.supplyAsync(() -> calls().get(get("/block")), THREADS);
        await("a call is under way", () -> blocking.waiting.get() == 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> sidecar.close(Duration.ZERO), THREADS);
        ExecutionException told = assertThrows(ExecutionException.class, () -> hanging.get(30, TimeUnit.SECONDS));
        assertEquals(
                Status.Code.UNAVAILABLE, Status.fromThrowable(told.getCause()).getCode());
        blocking.go.countDown();
        stopped.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCallThatComesWhenTheOthersWereToldIsToldToo() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        CallGuard guard = new CallGuard(4, new CallMeters(meters), new Outage(Duration.ZERO, () -> {}), timer);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerInterceptors.intercept(new HealthStatusManager().getHealthService(), guard))
                .build()
                .start();
        ManagedChannel late = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        try {
            guard.endAll();
            StatusRuntimeException told = assertThrows(
                    StatusRuntimeException.class,
                    () -> HealthGrpc.newBlockingStub(late).check(HealthCheckRequest.getDefaultInstance()));
            assertEquals(Status.Code.UNAVAILABLE, status(told).getCode());
            assertEquals(0, guard.inFlight());
        } finally {
            late.shutdownNow();
            server.shutdownNow();
            timer.shutdownNow();
        }
    }

    @Test
    void garbageDoesNotDisturbOthers() throws IOException {
        Random random = new Random(5);
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 40; round++) {
            byte[] garbage = new byte[random.nextInt(100_000)];
            random.nextBytes(garbage);
            try (SocketChannel client = SocketChannel.open(address())) {
                if (round % 2 == 0) {
                    client.write(ByteBuffer.wrap(preface));
                }
                client.write(ByteBuffer.wrap(garbage));
                if (round % 4 < 2) {
                    client.shutdownOutput();
                    client.read(ByteBuffer.allocate(1000));
                }
            } catch (IOException e) {
                assertTrue(e.getMessage() != null, "the server hangs up"); // as it may
            }
        }
        serves();
    }

    @Test
    void requestsThatAreNoMessagesAreRefused() {
        Random random = new Random(6);
        for (MethodDescriptor<?, ?> method : StoreGrpc.getServiceDescriptor().getMethods()) {
            byte[] garbage = new byte[50];
            random.nextBytes(garbage);
            garbage[0] = 7; // a tag with a wire type that does not exist
            StatusRuntimeException refused = assertThrows(
                    StatusRuntimeException.class, () -> RawCall.send(channel, method.getFullMethodName(), garbage));
            assertTrue(
                    refused.getStatus().getCode() != Status.Code.CANCELLED
                            && refused.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED,
                    () -> method.getFullMethodName() + ": " + refused);
        }
        serves();
    }

    @Test
    void hugeHeadersAreRefused() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("huge", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(1 << 20));
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> calls().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .get(get("/a")));
        assertEquals(Status.Code.INTERNAL, status(refused).getCode(), refused::toString); // HTTP's 431 in gRPC's words
        serves();
    }

    private static List<SocketChannel> begin(int count, String request, InetSocketAddress address) throws IOException {
        List<SocketChannel> slow = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(address);
            slow.add(client);
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        }
        return slow;
    }

    /** Reads to the end of each, which the server must make: no client ends its own. */
    private static void awaitEnds(List<SocketChannel> slow) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        for (SocketChannel client : slow) {
            try (client) {
                while (client.read(buffer.clear()) >= 0) {
                    // what it says before
                }
            } catch (IOException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
            }
        }
    }

    @Test
    void whoSendsHalfAPrefaceHoldsUpNobody() throws IOException {
        List<SocketChannel> slow = begin(20, "PRI * HTTP/2.0\r\n", address()); // more than there are threads
        serves();
        for (SocketChannel client : slow) {
            client.close();
        }
    }

    @Test
    void whoSendsHalfARequestForFiguresIsHungUpOnAndTheOthersAreServed() throws Exception {
        try (HttpPort http =
                HttpPort.open(new Endpoint.Loopback("127.0.0.1", 0), sidecar::isHealthy, () -> "figures\n")) {
            List<SocketChannel> slow =
                    begin(3, "GET /metrics HTTP/1.1\r\nHost: ", http.endpoint().address());
            assertEquals("200 figures\n", http(http, "/metrics"), "they have all threads, but not for long");
            awaitEnds(slow);
        }
    }

    @Test
    void aThousandIdleConnectionsDoNotMatter() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(SocketChannel.open(address()));
            }
            serves();
        } finally {
            for (SocketChannel each : idle) {
                each.close();
            }
        }
    }

    @Test
    void figuresAndHealthAreShown() throws Exception {
        serves();
        assertEquals(
                1,
                meters.get("motrds.server.calls")
                        .tag("method", "motrds.v1.Store/Put")
                        .tag("status", "OK")
                        .timer()
                        .count());
        assertTrue(meters.get("motrds.server.received").counter().count() > VALUE.size());
        assertTrue(meters.get("motrds.server.sent").counter().count() > VALUE.size());
        try (HttpPort http =
                HttpPort.open(new Endpoint.Loopback("127.0.0.1", 0), sidecar::isHealthy, () -> "figures\n")) {
            assertEquals("200 figures\n", http(http, "/metrics"));
            assertEquals("200 ok\n", http(http, "/healthz"));
            assertEquals("404 ", http(http, "/other").substring(0, 4));
            sidecar.close();
            assertEquals("503 not serving\n", http(http, "/healthz"));
        }
    }

    @Test
    void failedCallsAreCountedByTheirStatus() {
        assertThrows(StatusRuntimeException.class, () -> calls().get(get("no key")));
        assertThrows(StatusRuntimeException.class, () -> calls().get(get("no key")));
        serves();
        assertEquals(2, finished(StoreGrpc.getGetMethod(), "INVALID_ARGUMENT"));
        assertEquals(1, finished(StoreGrpc.getGetMethod(), "OK"));
    }

    private long finished(MethodDescriptor<?, ?> method, String status) {
        Timer timer = meters.find("motrds.server.calls")
                .tag("method", method.getFullMethodName())
                .tag("status", status)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    @Test
    void callsUnderWayAreCounted() throws InterruptedException {
        List<CompletableFuture<GetResponse>> blocked = blockedGets(2);
        assertEquals(2, gauge("motrds.server.calls.active"));
        Reader<QueryRequest, QueryResponse> reader = query();
        await("and a query", () -> gauge("motrds.server.streams.active") == 1);
        assertEquals(3, gauge("motrds.server.calls.active"));
        reader.call.cancel("gone", null);
        blocking.go.countDown();
        blocked.forEach(CompletableFuture::join);
        await("no call is left", () -> gauge("motrds.server.calls.active") == 0);
        await("no stream is left", () -> gauge("motrds.server.streams.active") == 0);
    }

    @Test
    void aStoreThatIsAwayIsNotHealthyUntilItAnswers(@TempDir Path folder) throws Exception {
        MeterRegistry own = new SimpleMeterRegistry();
        try (Datastore breaking = Datastores.open(Map.of("type", "breaking", "path", folder.toString()));
                Sidecar served = Sidecar.start(
                        breaking, Endpoint.parse("127.0.0.1:0"), Settings.defaults(), own, Duration.ZERO, () -> {});
                HttpPort http =
                        HttpPort.open(new Endpoint.Loopback("127.0.0.1", 0), served::isHealthy, () -> "figures\n");
                Datastore remote = Datastores.open(
                        Map.of("type", "remote", "target", served.endpoint().toString()))) {
            assertEquals("200 ok\n", http(http, "/healthz"));
            assertThrows(DatastoreException.class, () -> remote.get(Key.of("/away")));
            assertEquals("503 not serving\n", http(http, "/healthz"));
            assertEquals(1, own.get("motrds.server.store.away").gauge().value());
            assertTrue(remote.get(Key.of("/a")).isEmpty());
            assertEquals("200 ok\n", http(http, "/healthz"));
            assertEquals(0, own.get("motrds.server.store.away").gauge().value());
        }
    }

    private static String http(HttpPort port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + port.endpoint() + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    @Test
    void whatComesBackIsWhatWasPut() {
        byte[] value = new byte[300_000];
        new Random(7).nextBytes(value);
        calls().put(put("/a", ByteString.copyFrom(value)));
        assertArrayEquals(value, calls().get(get("/a")).getValue().toByteArray());
    }
}
