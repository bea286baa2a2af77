package io.motrds.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands on loopback between a client and an S3 server and does to requests what networks and busy servers do. One
 * request a connection; what was asked is kept.
 */
final class FaultyServer implements AutoCloseable {

    /** What happens to a request. */
    @FunctionalInterface
    interface Fault {
        void meet(Exchange exchange) throws IOException, InterruptedException;
    }

    /** Which fault a request meets; null for none. */
    @FunctionalInterface
    interface Plan {
        Fault of(String requestLine, int number);
    }

    /** Ends the connection without a word. */
    static final Fault DROP = exchange -> {};

    /** Answers from the server, as they are. */
    static final Fault NONE = exchange -> exchange.reply(exchange.ask());

    private final ServerSocket listener;
    private final URI upstream;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Plan plan = (line, number) -> null;
    private int unanswered; // guarded by this, as is the next
    private int mostUnanswered;

    FaultyServer(String endpoint) throws IOException {
        upstream = URI.create(endpoint);
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "faulty-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on requests meet these faults, numbered from 1. */
    void plan(Plan next) {
        requests.clear();
        synchronized (this) {
            mostUnanswered = 0;
        }
        plan = next;
    }

    /** Every request from now on meets this fault. */
    void always(Fault fault) {
        plan((line, number) -> fault);
    }

    /** The first so many requests from now on meet this fault, those after them none. */
    void first(int count, Fault fault) {
        plan((line, number) -> number <= count ? fault : null);
    }

    /** The requests since the plan was set, as in {@code GET /bucket/key HTTP/1.1}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The most requests since the plan was set that waited for their answers at the same time. */
    synchronized int mostAtOnce() {
        return mostUnanswered;
    }

    /** Answers nothing until so many requests wait for their answers; drops them when they do not come. */
    static Fault together(int count) {
        CountDownLatch all = new CountDownLatch(count);
        return exchange -> {
            all.countDown();
            if (all.await(10, TimeUnit.SECONDS)) {
                NONE.meet(exchange);
            }
        };
    }

    /** An answer with an S3 error. */
    static Fault error(int status, String code, String... headers) {
        String xml =
                "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>as the test has it</Message></Error>";
        return exchange -> {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nContent-Type: application/xml\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            boolean bare = exchange.line.startsWith("HEAD");
            head.append("Content-Length: ").append(bare ? 0 : xml.length()).append("\r\nConnection: close\r\n\r\n");
            exchange.reply((head + (bare ? "" : xml)).getBytes(ISO_8859_1));
        };
    }

    /** Sends only the first bytes of the body that the server sent. */
    static Fault truncate(int keep) {
        return exchange -> {
            byte[] answer = exchange.ask();
            exchange.reply(java.util.Arrays.copyOf(answer, bodyStart(answer) + keep));
        };
    }

    /** Changes one bit of the body that the server sent. */
    static Fault flipBit() {
        return exchange -> {
            byte[] answer = exchange.ask();
            answer[bodyStart(answer)] ^= 1;
            exchange.reply(answer);
        };
    }

    /** Lets the server do what was asked, and loses its answer. */
    static Fault loseAnswer() {
        return Exchange::ask;
    }

    /** Says nothing until this server is closed. */
    Fault silence() {
        return exchange -> closing.await();
    }

    /** Sends the answer byte by byte. */
    static Fault drip(int millis) {
        return exchange -> {
            for (byte b : exchange.ask()) {
                exchange.reply(new byte[] {b});
                Thread.sleep(millis);
            }
        };
    }

    private static int bodyStart(byte[] answer) {
        return new String(answer, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }

    /** One request. */
    final class Exchange {
        private final String line;
        private final byte[] request;
        private final OutputStream out;
        private boolean waits = true;

        Exchange(String line, byte[] request, OutputStream out) {
            this.line = line;
            this.request = request;
            this.out = out;
            synchronized (FaultyServer.this) {
                unanswered++;
                mostUnanswered = Math.max(mostUnanswered, unanswered);
            }
        }

        /** It no longer waits for its answer: said before the answer, which the next request may follow at once. */
        private void end() {
            synchronized (FaultyServer.this) {
                unanswered -= waits ? 1 : 0;
                waits = false;
            }
        }

        /** What the server answers. */
        byte[] ask() throws IOException {
            try (Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
                server.getOutputStream().write(request);
                server.getOutputStream().flush();
                return server.getInputStream().readAllBytes();
            }
        }

        void reply(byte[] bytes) throws IOException {
            end();
            out.write(bytes);
            out.flush();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread thread = new Thread(() -> serve(client), "faulty-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            String head = readHead(in);
            if (head.isEmpty()) {
                return;
            }
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            // the server ends its connection after the answer, so that the answer's end is seen
            request.write(head.replaceFirst("\r\n", "\r\nConnection: close\r\n").getBytes(ISO_8859_1));
            request.write(in.readNBytes(contentLength(head)));
            String line = head.substring(0, head.indexOf("\r\n"));
            Fault fault;
            synchronized (this) {
                requests.add(line);
                fault = plan.of(line, requests.size());
            }
            Exchange exchange = new Exchange(line, request.toByteArray(), client.getOutputStream());
            try {
                (fault == null ? NONE : fault).meet(exchange);
            } finally {
                exchange.end();
            }
        } catch (IOException e) {
            // the client went away, or the server: what a network does
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static int contentLength(String head) {
        for (String header : head.split("\r\n", -1)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
    }
}
