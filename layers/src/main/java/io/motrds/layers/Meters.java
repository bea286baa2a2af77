package io.motrds.layers;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.motrds.api.Key;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps times, sizes and errors of operations in a meter registry. Names and buckets are those of go-ds-measure, so that
 * Prometheus shows the same series for a kubo node's dashboards. They stay registered: stores of one prefix share them,
 * and a store that is opened again goes on counting.
 */
final class Meters implements Observer {

    private static final Duration[] LATENCY_BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofMillis(1),
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofSeconds(1)
    };
    private static final double[] SIZE_BUCKETS = {1 << 6, 1 << 12, 1 << 18, 1 << 24};
    private static final Set<Operation> SIZED = Set.of(
            Operation.GET,
            Operation.GET_ALL,
            Operation.PUT,
            Operation.QUERY,
            Operation.BATCH_PUT,
            Operation.BATCH_COMMIT);
    private static final Set<Operation> COUNTED = Set.of(Operation.GET_ALL, Operation.QUERY, Operation.BATCH_COMMIT);

    private record OfOperation(
            Timer latency,
            Counter errors,
            @Nullable DistributionSummary size,
            @Nullable DistributionSummary keys) {}

    private final Map<Operation, OfOperation> meters = new EnumMap<>(Operation.class);

    Meters(MeterRegistry registry, String prefix) {
        for (Operation operation : Operation.values()) {
            meters.put(operation, register(registry, operation, prefix + "." + operation));
        }
    }

    private static OfOperation register(MeterRegistry registry, Operation operation, String name) {
        Timer latency = Timer.builder(name + ".latency")
                .description("how long " + operation + " took")
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .register(registry);
        Counter errors = Counter.builder(name + ".errors")
                .description("how often " + operation + " failed")
                .register(registry);
        return new OfOperation(
                latency,
                errors,
                SIZED.contains(operation) ? sizes(registry, operation, name) : null,
                COUNTED.contains(operation) ? keys(registry, operation, name) : null);
    }

    private static DistributionSummary sizes(MeterRegistry registry, Operation operation, String name) {
        return DistributionSummary.builder(name + ".size")
                .description("bytes of the values that " + operation + " read or wrote")
                .baseUnit("bytes")
                .serviceLevelObjectives(SIZE_BUCKETS)
                .register(registry);
    }

    private static DistributionSummary keys(MeterRegistry registry, Operation operation, String name) {
        return DistributionSummary.builder(name + ".keys")
                .description("keys that " + operation + " found or wrote")
                .register(registry);
    }

    @Override
    public boolean isWatching() {
        return true;
    }

    @Override
    public void succeeded(Operation operation, @Nullable Key key, long count, long bytes, long nanos) {
        OfOperation of = of(operation, nanos);
        DistributionSummary size = of.size();
        if (size != null && bytes != NONE) {
            size.record((double) bytes);
        }
        DistributionSummary keys = of.keys();
        if (keys != null) {
            keys.record((double) count);
        }
    }

    @Override
    public void failed(Operation operation, @Nullable Key key, long nanos, Throwable failure) {
        of(operation, nanos).errors().increment();
    }

    private OfOperation of(Operation operation, long nanos) {
        OfOperation of = Objects.requireNonNull(meters.get(operation));
        of.latency().record(nanos, TimeUnit.NANOSECONDS);
        return of;
    }
}
