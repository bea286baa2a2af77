package io.motrds.server;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.motrds.api.Datastore;
import io.motrds.api.MisconfiguredException;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a store over gRPC: the service of go-ds-grpc, the extended one, and gRPC's health service. Thread-safe.
 *
 * <p>It does not own the store: whoever started it closes the store after it.
 */
public final class Sidecar implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
    private static final int MAX_HEADER_BYTES = 16 << 10;

    private final Server server;
    private final Endpoint endpoint;
    private final @Nullable SocketFile socket;
    private final HealthStatusManager health;
    private final Settings settings;
    private final Calls calls;
    private final CallGuard guard;
    private final Outage outage;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final EventLoopGroup boss;
    private final EventLoopGroup loops;
    private volatile boolean draining;

    private Sidecar(Datastore store, Endpoint wanted, Settings settings, MeterRegistry meters, Outage outage)
            throws IOException {
        this.settings = settings;
        this.outage = outage;
        this.socket = wanted instanceof Endpoint.UnixSocket unix ? SocketFile.prepare(unix.path()) : null;
        this.timer = Executors.newSingleThreadScheduledExecutor(threads("motrds-timer"));
        this.workers = Executors.newCachedThreadPool(threads("motrds-call"));
        this.boss = group(1, "motrds-accept");
        this.loops = group(Math.min(4, Runtime.getRuntime().availableProcessors()), "motrds-socket");
        this.health = new HealthStatusManager();
        CallMeters callMeters = new CallMeters(meters);
        this.guard = new CallGuard(settings.maxCalls(), callMeters, outage, timer);
        this.calls = new Calls(store, settings, new IdleStreams(settings.idle(), timer), outage);
        gauges(meters);
        this.server = start(wanted, callMeters);
        this.endpoint = bound(wanted);
    }

    /** Starts to serve with default settings, without figures. */
    public static Sidecar start(Datastore store, Endpoint endpoint) {
        return start(
                store,
                endpoint,
                Settings.defaults(),
                new io.micrometer.core.instrument.composite.CompositeMeterRegistry(),
                Duration.ZERO,
                () -> {});
    }

    /**
     * Starts to serve.
     *
     * @param meters takes the server's figures
     * @param patience how long the store may be away, every call failing, before {@code storeIsAway} runs; zero for ever
     * @param storeIsAway called then, on the thread of a call
     * @throws MisconfiguredException if the endpoint cannot be used
     */
    public static Sidecar start(
            Datastore store,
            Endpoint endpoint,
            Settings settings,
            MeterRegistry meters,
            Duration patience,
            Runnable storeIsAway) {
        try {
            return new Sidecar(store, endpoint, settings, meters, new Outage(patience, storeIsAway));
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new MisconfiguredException("the server cannot listen at " + endpoint + ": " + cause.getMessage(), e);
        }
    }

    private Server start(Endpoint wanted, CallMeters callMeters) throws IOException {
        boolean unix = wanted instanceof Endpoint.UnixSocket;
        try {
            Server started = NettyServerBuilder.forAddress(wanted.address())
                    .channelType(channelType(unix))
                    .bossEventLoopGroup(boss)
                    .workerEventLoopGroup(loops)
                    .directExecutor() // of what comes before a call's own
                    .callExecutor(new CallThreads(workers))
                    .withChildOption(ChannelOption.SO_KEEPALIVE, unix ? null : true) // no option of a Unix socket
                    .addService(health.getHealthService())
                    .addService(io.grpc.ServerInterceptors.intercept(new StoreService(calls), guard))
                    .addService(io.grpc.ServerInterceptors.intercept(new GoDatastoreService(calls), guard))
                    .addStreamTracerFactory(callMeters)
                    .maxInboundMessageSize(settings.maxMessageBytes())
                    .maxInboundMetadataSize(MAX_HEADER_BYTES)
                    .maxConcurrentCallsPerConnection(4 * settings.maxCalls() + 64)
                    .handshakeTimeout(20, TimeUnit.SECONDS)
                    .keepAliveTime(20, TimeUnit.SECONDS) // a client that is stopped is gone within 40 s
                    .keepAliveTimeout(20, TimeUnit.SECONDS)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .build()
                    .start();
            if (socket != null) {
                socket.protect();
            }
            health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
            return started;
        } catch (IOException | RuntimeException e) {
            giveBack();
            throw e;
        }
    }

    private Endpoint bound(Endpoint wanted) {
        return wanted instanceof Endpoint.Loopback loopback
                        && server.getListenSockets().get(0) instanceof InetSocketAddress address
                ? new Endpoint.Loopback(loopback.host(), address.getPort())
                : wanted;
    }

    private void gauges(MeterRegistry meters) {
        Gauge.builder("motrds.server.calls.active", guard, CallGuard::inFlight)
                .description("calls under way, streams included")
                .register(meters);
        Gauge.builder(
                        "motrds.server.streams.active",
                        calls,
                        all -> all.streams().count())
                .description("open queries, batches and transactions")
                .register(meters);
        Gauge.builder("motrds.server.batches", calls, all ->
                        (double) all.batches().taken())
                .description("bytes of open batches and transactions")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("motrds.server.store.away", outage, all -> all.isOn() ? 1 : 0)
                .description("1 while calls fail because the store is unavailable")
                .register(meters);
    }

    private static Class<? extends ServerChannel> channelType(boolean unix) {
        if (unix) {
            return EpollServerDomainSocketChannel.class;
        }
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    private static EventLoopGroup group(int threads, String name) {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, threads(name), io);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Where it listens; the port is known now. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it takes calls, and the store was there when last asked. */
    public boolean isHealthy() {
        return !draining && !outage.isOn();
    }

    /**
     * Stops: takes no more calls, waits for those under way for the time to drain, then ends them. The store is not used
     * any more when this returns, unless a call hangs in it. Stopping twice does nothing.
     */
    @Override
    public void close() {
        close(settings.drain());
    }

    /** As {@link #close()}, with another time to drain. */
    public synchronized void close(Duration drain) {
        if (draining) {
            return;
        }
        draining = true;
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(drain.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.atWarn()
                        .addKeyValue("calls", guard.inFlight())
                        .log("calls are ended that did not end by themselves");
                guard.endAll();
                server.awaitTermination(1, TimeUnit.SECONDS);
                server.shutdownNow();
                server.awaitTermination(5, TimeUnit.SECONDS);
            }
            workers.shutdown();
            workers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            guard.endAll();
            server.shutdownNow();
        }
        giveBack();
    }

    /** Ends the threads and gives the socket free. */
    private void giveBack() {
        timer.shutdownNow();
        workers.shutdown();
        var unused = boss.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var unusedToo = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (socket != null) {
            socket.close();
        }
    }
}
