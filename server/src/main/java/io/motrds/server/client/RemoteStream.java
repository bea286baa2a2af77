package io.motrds.server.client;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call with streams both ways, used by one thread at a time beside the timer that tells the server that it is in use.
 *
 * @param <Q> what is sent
 * @param <A> what is received
 */
final class RemoteStream<Q, A> implements AutoCloseable {

    private final Connection connection;
    private final BlockingClientCall<Q, A> call;
    private final Runnable signOfLife;
    private final ReentrantLock lock = new ReentrantLock(); // of who writes
    private boolean writing = true; // guarded by the lock

    /**
     * Starts the call.
     *
     * @param empty the request that only says that the stream is in use
     */
    RemoteStream(Connection connection, MethodDescriptor<Q, A> method, CallOptions options, Q empty) {
        this.connection = connection;
        this.call = ClientCalls.blockingBidiStreamingCall(connection.channel(), method, options);
        this.signOfLife = () -> beat(empty);
        connection.add(signOfLife);
    }

    /** Sends a request when the server can take it. One that comes after the server ended the call is lost. */
    void write(Q request) throws StatusException {
        lock.lock();
        try {
            call.write(request);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** No further request follows. */
    void endWriting() {
        lock.lock();
        try {
            writing = false;
            connection.remove(signOfLife);
            call.halfClose();
        } finally {
            lock.unlock();
        }
    }

    /** Never waits for who writes: the timer has other streams to speak for, and a request under way says as much. */
    private void beat(Q empty) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (writing) {
                call.write(empty, 1, TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            // requests wait already
        } catch (StatusException | InterruptedException | RuntimeException e) {
            writing = false; // the call has ended; who reads from it is told why
        } finally {
            lock.unlock();
        }
    }

    /** The next answer; null at the end. */
    @Nullable A read() throws StatusException {
        try {
            return call.read();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The next answer, which must come in time; null at the end. */
    @Nullable A read(Duration timeout) throws StatusException {
        try {
            return call.read(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (TimeoutException e) {
            throw Status.DEADLINE_EXCEEDED
                    .withDescription("no answer within " + timeout.toMillis() + " ms")
                    .withCause(e)
                    .asException();
        }
    }

    private static StatusException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return Status.CANCELLED
                .withDescription("the thread that waited was interrupted")
                .withCause(e)
                .asException();
    }

    @Override
    public void close() {
        connection.remove(signOfLife);
        call.cancel("closed by the caller", null);
    }
}
