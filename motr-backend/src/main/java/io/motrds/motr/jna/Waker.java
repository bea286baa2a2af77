package io.motrds.motr.jna;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Wakes whoever listens at an endpoint of this process, again and again until closed or for so long, by connections that
 * are ended at once. Motr's listener looks whether it should end only after an event, or a second without any
 * (FAB_WAIT_FD_TMOUT in its {@code net/libfab}); woken so, a client ends within 30 to 70 ms instead.
 */
final class Waker implements AutoCloseable {
    private static final long PAUSE_MILLIS = 10;
    private static final int CONNECT_MILLIS = 100;

    private final String endpoint;
    private final long deadline;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::wake, "motr-waker");

    /**
     * Begins to wake.
     *
     * @param endpoint as Motr writes it
     * @param longest after how long it gives up
     */
    Waker(String endpoint, Duration longest) {
        this.endpoint = endpoint;
        this.deadline = System.nanoTime() + longest.toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    private void wake() {
        try {
            InetSocketAddress address = NativeMotr.socketAddress(endpoint);
            while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() - deadline < 0) {
                connect(address);
            }
        } catch (IOException e) {
            // nobody listens any more: there is nobody to wake
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts it
        }
    }

    private static void connect(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
        } catch (SocketTimeoutException e) {
            // it has not taken the earlier connections yet
        }
    }

    /** Waits until nobody listens any more, or the time is up. */
    void join() throws InterruptedException {
        thread.join();
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
