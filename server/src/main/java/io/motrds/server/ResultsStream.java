package io.motrds.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.motrds.api.query.QueryResults;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the results of a query as fast as its client takes them, and no faster. While the client is slow no thread waits
 * for it.
 *
 * @param <T> what is sent
 */
abstract class ResultsStream<T> extends HeldStream<T> {

    private final Calls calls;
    private @Nullable QueryResults results; // null before the query and after it

    ResultsStream(ServerCallStreamObserver<T> out, Calls calls) {
        super(out, calls);
        this.calls = calls;
        out.setOnReadyHandler(() -> step(this::send));
    }

    /** The next message; there is a next result. */
    abstract T next(QueryResults results);

    /** Starts to send. */
    final void begin(Supplier<QueryResults> query) {
        step(() -> {
            results = query.get();
            send();
        });
    }

    private void send() {
        QueryResults open = results;
        if (open == null) {
            return;
        }
        while (out.isReady() && !out.isCancelled()) {
            if (!open.hasNext()) {
                complete();
                return;
            }
            out.onNext(next(open));
            calls.answered();
        }
    }

    @Override
    final void giveBack() {
        QueryResults open = results;
        results = null;
        if (open != null) {
            open.close();
        }
    }
}
