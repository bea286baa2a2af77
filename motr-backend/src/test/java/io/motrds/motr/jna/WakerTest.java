package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WakerTest {
    private static final Duration LONG = Duration.ofHours(1);

    private static String endpoint(ServerSocket listener) {
        return "inet:tcp:127.0.0.1@" + listener.getLocalPort();
    }

    @Test
    void whoListensIsWokenUntilTheWakerIsClosed() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Waker waker = new Waker(endpoint(listener), LONG);
            for (int i = 0; i < 3; i++) {
                try (Socket woken = listener.accept()) {
                    assertEquals(-1, woken.getInputStream().read(), "the connection is ended at once");
                }
            }
            waker.close();
            listener.setSoTimeout(100);
            assertThrows(SocketTimeoutException.class, () -> {
                for (int queued = 0; queued < 1_000; queued++) {
                    listener.accept().close();
                }
            });
        }
    }

    @Test
    void aWakerEndsWhenNobodyListens() throws Exception {
        String nobody;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = endpoint(listener);
        }
        try (Waker waker = new Waker(nobody, LONG)) {
            waker.join();
        }
    }

    @Test
    void aWakerEndsWhenItsTimeIsUp() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Waker waker = new Waker(endpoint(listener), Duration.ofMillis(300))) { // takes no connection
            waker.join();
        }
    }
}
