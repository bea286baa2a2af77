package io.motrds.server.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.server.wire.Endpoint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The connection to a sidecar, made again whenever it was lost. Its timer tries again each second, since a socket of this
 * machine costs little, and tells the sidecar that open streams are in use. Thread-safe.
 */
final class Connection implements AutoCloseable {

    private static final int MAX_RESPONSE_BYTES = Integer.MAX_VALUE; // a value of any size, from a server we trust

    private final ManagedChannel channel;
    private final EventLoopGroup loop;
    private final ScheduledExecutorService timer;
    private final Set<Runnable> signsOfLife = ConcurrentHashMap.newKeySet();

    Connection(Endpoint endpoint) {
        ThreadFactory threads = work -> {
            Thread thread = new Thread(work, "motrds-remote");
            thread.setDaemon(true);
            return thread;
        };
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loop = new MultiThreadIoEventLoopGroup(1, threads, io);
        this.channel = NettyChannelBuilder.forAddress(endpoint.address())
                .channelType(channelType(endpoint))
                .eventLoopGroup(loop)
                .withOption(ChannelOption.SO_KEEPALIVE, endpoint instanceof Endpoint.UnixSocket ? null : true)
                .overrideAuthority("localhost")
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MAX_RESPONSE_BYTES)
                .keepAliveTime(20, TimeUnit.SECONDS) // a sidecar that hangs as a whole is noticed within 40 s
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .disableRetry() // who wants retries puts the layer retry around this
                .build();
        this.timer = Executors.newSingleThreadScheduledExecutor(threads);
        var unused = timer.scheduleWithFixedDelay(this::hurry, 1, 1, TimeUnit.SECONDS);
    }

    private static Class<? extends Channel> channelType(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.UnixSocket) {
            return EpollDomainSocketChannel.class;
        }
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    ManagedChannel channel() {
        return channel;
    }

    /**
     * Waits until there is a connection, at most so long.
     *
     * @throws DatastoreUnavailableException if there is none by then
     */
    void await(String store, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            ConnectivityState state = channel.getState(true);
            while (state != ConnectivityState.READY) {
                CountDownLatch changed = new CountDownLatch(1);
                channel.notifyWhenStateChanged(state, changed::countDown);
                if (state == ConnectivityState.SHUTDOWN
                        || !changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    throw new DatastoreUnavailableException(
                            store + ": no connection to the sidecar within " + timeout.toSeconds() + " s");
                }
                state = channel.getState(true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(store + ": interrupted while connecting to the sidecar", e);
        }
    }

    /** Tries to connect now, if it is not connected. */
    void hurry() {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    /** Sends signs of life at intervals well below the server's idle limit. */
    void keepAlive(long idleMillis) {
        long period = Math.max(1, idleMillis / 4);
        var unused = timer.scheduleWithFixedDelay(
                () -> signsOfLife.forEach(Runnable::run), period, period, TimeUnit.MILLISECONDS);
    }

    /** From now on the sign is sent, until it is removed. It neither waits nor fails. */
    void add(Runnable signOfLife) {
        signsOfLife.add(signOfLife);
    }

    void remove(Runnable signOfLife) {
        signsOfLife.remove(signOfLife);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
