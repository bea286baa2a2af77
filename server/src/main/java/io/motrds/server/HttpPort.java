package io.motrds.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.motrds.api.MisconfiguredException;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A port for whoever watches: {@code /metrics} in Prometheus' text format, and {@code /healthz}, which is 200 while calls
 * are served and 503 otherwise.
 */
public final class HttpPort implements AutoCloseable {

    private final String host;
    private final HttpServer server;
    private final ExecutorService threads;

    private HttpPort(String host, HttpServer server, ExecutorService threads) {
        this.host = host;
        this.server = server;
        this.threads = threads;
    }

    /**
     * Opens the port.
     *
     * @param metrics gives the text of {@code /metrics}
     * @throws MisconfiguredException if the port cannot be opened
     */
    public static HttpPort open(Endpoint.Loopback endpoint, BooleanSupplier healthy, Supplier<String> metrics) {
        // who sends half a request holds a thread; these are read when the first server of the process is made
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        HttpServer server;
        try {
            server = HttpServer.create(endpoint.address(), 0);
        } catch (IOException e) {
            throw new MisconfiguredException("metrics cannot be served at " + endpoint + ": " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, work -> {
            Thread thread = new Thread(work, "motrds-http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, 404, "there are /metrics and /healthz\n"));
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        server.createContext("/healthz", exchange -> {
            boolean well = healthy.getAsBoolean();
            answer(exchange, well ? 200 : 503, well ? "ok\n" : "not serving\n");
        });
        server.start();
        return new HttpPort(endpoint.host(), server, threads);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Where it listens; the port is known now. */
    public Endpoint.Loopback endpoint() {
        return new Endpoint.Loopback(host, server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
