package io.motrds.motr.jna;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Wakes whoever listens at an endpoint of this process, again and again until closed, by connections that are ended at
 * once. Motr's listener looks whether it should end only after an event, or a second without any (FAB_WAIT_FD_TMOUT in its
 * {@code net/libfab}); woken so, a client ends within 30 to 70 ms instead.
 */
final class Waker implements AutoCloseable {
    private static final long PAUSE_MILLIS = 10;
    private static final int CONNECT_MILLIS = 100;

    private final InetSocketAddress endpoint;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::wake, "motr-waker");

    Waker(InetSocketAddress endpoint) {
        this.endpoint = endpoint;
        thread.setDaemon(true);
        thread.start();
    }

    private void wake() {
        try {
            while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                try (Socket socket = new Socket()) {
                    socket.connect(endpoint, CONNECT_MILLIS);
                }
            }
        } catch (IOException e) {
            // nobody listens any more: there is nobody to wake
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts it
        }
    }

    /** Returns when no more connections are made: the endpoint may be another one's next. */
    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
