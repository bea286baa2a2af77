package io.motrds.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.concurrent.Executor;

/**
 * Says on which threads a call runs: what waits for the store on a worker; the beginning of a call with one request, which
 * only asks for that request, on the thread of the socket. A change of threads takes longer than a quick store's answer:
 * such a call takes two, not four.
 */
final class CallThreads implements ServerCallExecutorSupplier {

    private final Executor workers;

    CallThreads(Executor workers) {
        this.workers = workers;
    }

    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return call.getMethodDescriptor().getType().clientSendsOneMessage() ? ofOneRequest(workers) : workers;
    }

    /** For one call. */
    static Executor ofOneRequest(Executor workers) {
        return new BehindTheBeginning(workers);
    }

    private static final class BehindTheBeginning implements Executor {
        private final Executor workers;
        private volatile boolean begun;

        BehindTheBeginning(Executor workers) {
            this.workers = workers;
        }

        @Override
        public void execute(Runnable work) {
            if (!begun) {
                begun = true;
                work.run();
                return;
            }
            try {
                workers.execute(work);
            } catch (OutOfMemoryError e) {
                work.run(); // no thread can be had: a call that has begun must end, or it would count for good
            }
        }
    }
}
