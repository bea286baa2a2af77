package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class WakerTest {

    @Test
    void whoListensIsWokenUntilTheWakerIsClosed() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Waker waker = new Waker((InetSocketAddress) listener.getLocalSocketAddress());
            for (int i = 0; i < 3; i++) {
                try (Socket woken = listener.accept()) {
                    assertEquals(-1, woken.getInputStream().read(), "the connection is ended at once");
                }
            }
            waker.close();
            listener.setSoTimeout(100);
            assertThrows(SocketTimeoutException.class, () -> {
                for (int queued = 0; queued < 50; queued++) {
                    listener.accept().close();
                }
            });
        }
    }

    @Test
    void aWakerWithNobodyToWakeCanBeClosed() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        new Waker(nobody).close();
    }
}
