package io.motrds.server;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.feature.Feature;
import io.motrds.server.wire.Failures;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all calls share: the store, its answers and failures, the streams that are open. Thread-safe. */
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger("io.motrds.server.calls");

    private final Datastore store;
    private final Settings settings;
    private final IdleStreams streams;
    private final ByteBudget batches;
    private final Outage outage;

    Calls(Datastore store, Settings settings, IdleStreams streams, Outage outage) {
        this.store = store;
        this.settings = settings;
        this.streams = streams;
        this.batches = new ByteBudget(settings.maxBatchBytes());
        this.outage = outage;
    }

    Datastore store() {
        return store;
    }

    Settings settings() {
        return settings;
    }

    IdleStreams streams() {
        return streams;
    }

    ByteBudget batches() {
        return batches;
    }

    /** The largest value that fits both the store and a request. */
    int maxValueBytes() {
        return Math.min(store.limits().maxValueBytes(), settings.maxMessageBytes() - Settings.OVERHEAD);
    }

    /** Does the work of a call with one answer. A call that nobody waits for any more is not begun. */
    <T> void answer(StreamObserver<T> out, Supplier<T> work) {
        answer(out, work, this::answered);
    }

    /** As {@link #answer}, for what is known without the store: that says nothing about whether the store is there. */
    <T> void describe(StreamObserver<T> out, Supplier<T> work) {
        answer(out, work, () -> {});
    }

    private <T> void answer(StreamObserver<T> out, Supplier<T> work, Runnable done) {
        if (Context.current().isCancelled()) {
            out.onError(Failures.unavailable(
                    io.motrds.server.protocol.Failure.Kind.TIMEOUT, "the call's time was over before it began"));
            return;
        }
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException | Error e) {
            out.onError(failure(e));
            return;
        }
        done.run();
        out.onNext(answer);
        out.onCompleted();
    }

    /** The store did what it was asked for. */
    void answered() {
        outage.answered();
    }

    /** A feature of the store. */
    <F extends Feature> F require(Class<F> feature) {
        return store.feature(feature)
                .orElseThrow(() -> Failures.unsupported(store.name() + " has no " + feature.getSimpleName()));
    }

    /** What the client is told of a failure; what it cannot do anything about is logged. */
    StatusRuntimeException failure(Throwable thrown) {
        String id = CallGuard.requestId();
        if (!Failures.isExpected(thrown)) {
            LOG.atError().addKeyValue("request", id).setCause(thrown).log("a call failed in an unexpected way");
        } else if (thrown instanceof DatastoreException failure && failure.isRetryable()) {
            boolean ofBatch = failure instanceof BatchException;
            outage.failed(ofBatch && failure.getCause() instanceof DatastoreException cause ? cause : failure);
        } else if (thrown instanceof CorruptDataException
                || Status.fromThrowable(thrown).getCode() == Status.Code.NOT_FOUND) {
            answered(); // what it has is damaged, or it has no such key
        }
        return Failures.encode(thrown, id);
    }
}
