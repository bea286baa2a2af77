package io.motrds.s3;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Threads for the connections of one client: two for each processor, daemons.
 *
 * <p>{@link #next()} never gives the loop that asks. The SDK's pool (2.57.8, {@code HttpOrHttp2ChannelPool.acquire0}) lets
 * its first connection be made with a promise of the next loop, and listens for the pool's own promise only afterwards. If
 * that loop is the pool's own and the server has refused already, the pool's promise is failed and replaced in between, and
 * the request waits for the new one, which nobody completes, until its timeout.
 */
final class EventLoops extends NioEventLoopGroup {

    EventLoops() {
        super(Math.max(2, 2 * NettyRuntime.availableProcessors()), new DefaultThreadFactory("motrds-s3", true));
    }

    @Override
    public EventLoop next() {
        EventLoop next = super.next();
        while (next.inEventLoop()) {
            next = super.next();
        }
        return next;
    }
}
