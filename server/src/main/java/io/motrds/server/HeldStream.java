package io.motrds.server;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.motrds.server.wire.Failures;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call that holds something of the store while it is open: a cursor, a batch, a transaction. It gives that back when
 * the call ends, however it ends, and when its client left it alone for too long.
 *
 * <p>gRPC calls it from one thread at a time; {@link IdleStreams} from another. The lock keeps them apart: while it is
 * held the store works for the stream, which is not idle then.
 *
 * @param <T> what is sent
 */
abstract class HeldStream<T> {

    final ServerCallStreamObserver<T> out;
    private final Calls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastActive = System.nanoTime(); // guarded by the lock
    private boolean ended; // guarded by the lock

    HeldStream(ServerCallStreamObserver<T> out, Calls calls) {
        this.out = out;
        this.calls = calls;
        out.setOnCancelHandler(this::release);
        out.setOnCloseHandler(this::release);
        calls.streams().add(this);
    }

    /** Gives back what the stream holds. Called once, with the lock. */
    abstract void giveBack();

    /** Does a step of the stream's work, unless it has ended; a failure ends it. */
    final void step(Runnable work) {
        lock.lock();
        try {
            if (!ended) {
                work.run();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            lastActive = System.nanoTime();
            lock.unlock();
        }
    }

    /** Ends the stream well, from within a step: the store did what it was asked for. */
    final void complete() {
        calls.answered();
        completeUnasked();
    }

    /** Ends the stream well, from within a step, the store not having been asked for anything. */
    final void completeUnasked() {
        end();
        out.onCompleted();
    }

    private void fail(Throwable thrown) {
        StatusRuntimeException failure = calls.failure(thrown);
        try {
            end();
        } finally {
            out.onError(failure);
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            calls.streams().remove(this);
            giveBack();
        }
    }

    /** The call is over. */
    private void release() {
        lock.lock();
        try {
            end();
        } catch (RuntimeException | Error e) {
            calls.failure(e); // for the log: nobody else listens
        } finally {
            lock.unlock();
        }
    }

    final void endIfIdle(long now, long idleNanos) {
        if (!lock.tryLock()) {
            return; // the store is at work for it
        }
        try {
            if (!ended && now - lastActive > idleNanos) {
                fail(Failures.idle("nothing was sent or read on this stream for " + idleNanos / 1_000_000_000L
                        + " s; what it held was given back"));
            }
        } catch (RuntimeException | Error e) {
            calls.failure(e); // for the log: those that look for idle streams must go on
        } finally {
            lock.unlock();
        }
    }
}
