package io.motrds.server;

import io.grpc.StatusRuntimeException;
import io.motrds.server.wire.Failures;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that open batches and transactions may take together. Thread-safe. */
final class ByteBudget {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    long taken() {
        return taken.get();
    }

    /** Takes a part of it until it is given back. */
    void take(long bytes) throws StatusRuntimeException {
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw Failures.limit("open batches would take more than the server's limit of " + limit
                    + " bytes; commit smaller ones, or try again when others have been committed");
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
