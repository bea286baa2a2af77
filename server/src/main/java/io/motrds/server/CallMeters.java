package io.motrds.server;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** What the calls cost: how many, how long, how many bytes, how they ended. Thread-safe. */
final class CallMeters extends ServerStreamTracer.Factory {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofMillis(1),
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final ConcurrentMap<String, Timer> timers = new ConcurrentHashMap<>();
    private final ServerStreamTracer bytes;

    CallMeters(MeterRegistry registry) {
        this.registry = registry;
        Counter received = Counter.builder("motrds.server.received")
                .description("bytes of requests, as they came over the socket")
                .baseUnit("bytes")
                .register(registry);
        Counter sent = Counter.builder("motrds.server.sent")
                .description("bytes of answers, as they went over the socket")
                .baseUnit("bytes")
                .register(registry);
        this.bytes = new ServerStreamTracer() {
            @Override
            public void inboundWireSize(long bytes) {
                received.increment((double) bytes);
            }

            @Override
            public void outboundWireSize(long bytes) {
                sent.increment((double) bytes);
            }
        };
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return bytes; // it keeps nothing of a stream, so one serves all
    }

    /** A call has ended. */
    void ended(String method, String code, long nanos) {
        timers.computeIfAbsent(method + " " + code, key -> timer(method, code)).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String method, String code) {
        return Timer.builder("motrds.server.calls")
                .description("how long calls took, by method and status")
                .tag("method", method)
                .tag("status", code)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
