package io.motrds.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The open streams that hold something of the store; ends those that their clients left alone. */
final class IdleStreams {

    private final Set<HeldStream<?>> open = ConcurrentHashMap.newKeySet();
    private final Duration idle;

    IdleStreams(Duration idle, ScheduledExecutorService timer) {
        this.idle = idle;
        long period = Math.max(1, idle.toMillis() / 8);
        var unused = timer.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    }

    Duration idle() {
        return idle;
    }

    void add(HeldStream<?> stream) {
        open.add(stream);
    }

    void remove(HeldStream<?> stream) {
        open.remove(stream);
    }

    int count() {
        return open.size();
    }

    private void sweep() {
        long now = System.nanoTime();
        long limit = idle.toNanos() * 7 / 8; // with the period at most the whole
        open.forEach(stream -> stream.endIfIdle(now, limit));
    }
}
