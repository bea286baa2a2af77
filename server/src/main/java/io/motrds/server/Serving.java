package io.motrds.server;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.motrds.api.Datastore;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that serves a store until it is told to stop: by SIGTERM, SIGINT or SIGHUP, by the end of its standard input
 * when it is somebody's child, or by a store that has been away for too long. It then drains and closes the store; a
 * second signal ends it at once.
 */
public final class Serving {

    /** The exit code when the store has been away for too long: whoever supervises the process starts a new one. */
    public static final int STORE_AWAY = 75;

    private static final Duration CLOSING = Duration.ofSeconds(20); // Motr's client takes up to 10 s

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final CountDownLatch told = new CountDownLatch(1);
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicInteger exitCode = new AtomicInteger();
    private volatile @Nullable Duration drain; // another one than that of the settings

    private Serving() {}

    /**
     * What to serve, and how.
     *
     * @param listen where calls come in
     * @param http where metrics and health are shown; null for nowhere
     * @param settings the limits
     * @param patience how long the store may be away before the process ends with {@link #STORE_AWAY}; zero for ever
     * @param parent standard input, whose end tells that the parent has gone; null when the process is nobody's child
     */
    public record Options(
            Endpoint listen,
            Endpoint.@Nullable Loopback http,
            Settings settings,
            Duration patience,
            @Nullable InputStream parent) {}

    /** Whom it tells that it serves. */
    @FunctionalInterface
    public interface Ready {
        /**
         * Calls are taken from now on.
         *
         * @param endpoint where; the port is known
         * @param http where metrics and health are; null without
         */
        void serving(Endpoint endpoint, Endpoint.@Nullable Loopback http);
    }

    /** Serves until told to stop, and gives the exit code. The store is closed then. Once a process. */
    public static int run(Supplier<Datastore> open, Options options, Ready ready) {
        return new Serving().serve(open, options, ready);
    }

    private int serve(Supplier<Datastore> open, Options options, Ready ready) {
        handleSignals(options.parent() != null);
        PrometheusMeterRegistry figures = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Metrics.addRegistry(figures);
        try (Datastore store = open.get()) {
            Sidecar sidecar = Sidecar.start(
                    store,
                    options.listen(),
                    options.settings(),
                    Metrics.globalRegistry,
                    options.patience(),
                    this::storeIsAway);
            try (HttpPort http = http(options.http(), sidecar, figures::scrape)) {
                watchParent(options.parent());
                ready.serving(sidecar.endpoint(), http == null ? null : http.endpoint());
                LOG.atInfo()
                        .addKeyValue("store", store.name())
                        .addKeyValue("endpoint", sidecar.endpoint())
                        .log("serving");
                told.await();
                LOG.info("stopping: calls under way are waited for");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                Duration other = drain;
                sidecar.close(other == null ? options.settings().drain() : other);
            }
        } finally {
            Metrics.removeRegistry(figures);
        }
        LOG.info("stopped, the store is closed");
        return exitCode.get();
    }

    private static @Nullable HttpPort http(
            Endpoint.@Nullable Loopback endpoint, Sidecar sidecar, Supplier<String> figures) {
        if (endpoint == null) {
            return null;
        }
        try {
            return HttpPort.open(endpoint, sidecar::isHealthy, figures);
        } catch (RuntimeException e) {
            sidecar.close(Duration.ZERO);
            throw e;
        }
    }

    private void storeIsAway() {
        exitCode.set(STORE_AWAY);
        stopSoon(Duration.ZERO); // every call would fail
    }

    /** Stops though nobody may be there to send a second signal: a call that hangs in the store must not prevent it. */
    private void stopSoon(Duration drain) {
        this.drain = drain;
        told.countDown();
        Thread last = new Thread(
                () -> {
                    try {
                        Thread.sleep(drain.plus(CLOSING).toMillis());
                        LOG.error("the store does not close; the process ends all the same");
                        Runtime.getRuntime().halt(exitCode.get() == 0 ? 1 : exitCode.get());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "motrds-end");
        last.setDaemon(true);
        last.start();
    }

    /**
     * A terminal sends SIGINT, SIGHUP to parent and child alike; the child waits until its parent has done with it. SIGHUP
     * may come twice, from the shell and from the kernel: only the others end it at once when they come again.
     */
    private void handleSignals(boolean isChild) {
        Consumer<Integer> stop = number -> {
            if (signalled.getAndSet(true)) {
                Runtime.getRuntime().halt(128 + number);
            }
            told.countDown();
        };
        Signals.handle("TERM", stop);
        Signals.handle("INT", isChild ? number -> {} : stop);
        Signals.handle("HUP", isChild ? number -> {} : number -> told.countDown());
    }

    private void watchParent(@Nullable InputStream parent) {
        if (parent == null) {
            return;
        }
        Thread watch = new Thread(
                () -> {
                    try {
                        while (parent.read() >= 0) {
                            // whatever it says
                        }
                    } catch (IOException e) {
                        LOG.debug("standard input cannot be read", e);
                    }
                    stopSoon(Duration.ofSeconds(1)); // the callers have gone with it, or are done
                },
                "motrds-parent");
        watch.setDaemon(true);
        watch.start();
    }
}
