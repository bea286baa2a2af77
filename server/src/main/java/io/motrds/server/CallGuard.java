package io.motrds.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.server.protocol.Failure.Kind;
import io.motrds.server.wire.Failures;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every call: bounds how many there are at once, gives each an id, counts and times it, and sees to it that
 * no answer is DEADLINE_EXCEEDED or CANCELLED, which some clients take for success. So a call with a deadline is answered
 * a little before it, with UNAVAILABLE; what it began in the store goes on and ends by the store's own timeout.
 */
final class CallGuard implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger("io.motrds.server.calls");
    private static final Metadata.Key<String> ID_HEADER =
            Metadata.Key.of("motrds-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final long FAIR_MICROS = 1_000_000; // a store that is well answers within that
    private static final long MOST_MARGIN_MICROS = 500_000;
    private static final Context.Key<String> REQUEST_ID = Context.key("motrds-request-id");

    private final int maxCalls;
    private final CallMeters meters;
    private final Outage outage;
    private final ScheduledExecutorService timer;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<GuardedCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean stopping;
    private final String process = Long.toString(ThreadLocalRandom.current().nextLong() >>> 40, 36);

    CallGuard(int maxCalls, CallMeters meters, Outage outage, ScheduledExecutorService timer) {
        this.maxCalls = maxCalls;
        this.meters = meters;
        this.outage = outage;
        this.timer = timer;
    }

    /** The id of the call that this thread works for. */
    static String requestId() {
        String id = REQUEST_ID.get();
        return id == null ? "-" : id;
    }

    int inFlight() {
        return inFlight.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String id = id(headers.get(ID_HEADER));
        GuardedCall<Q, A> guarded = new GuardedCall<>(call, id);
        if (inFlight.incrementAndGet() > maxCalls) {
            return refuse(
                    guarded,
                    Failures.limit("the server works on " + maxCalls
                            + " calls already, its limit; try again when some have ended"));
        }
        open.add(guarded);
        if (stopping) { // those that were there have been told
            return refuse(guarded, stopped());
        }
        guarded.answerBefore(Context.current().getDeadline());
        try {
            Context context = Context.current().withValue(REQUEST_ID, id);
            return new Counted<>(Contexts.interceptCall(context, guarded, headers, next), guarded);
        } catch (RuntimeException | Error e) {
            open.remove(guarded);
            inFlight.decrementAndGet();
            throw e;
        }
    }

    private <Q> ServerCall.Listener<Q> refuse(GuardedCall<Q, ?> call, StatusRuntimeException why) {
        inFlight.decrementAndGet();
        call.fail(why);
        return new ServerCall.Listener<>() {};
    }

    /** Answers all calls under way: what gRPC sends when it is stopped by force is CANCELLED, as good as success to some. */
    void endAll() {
        stopping = true;
        open.forEach(call -> call.fail(stopped()));
    }

    private static StatusRuntimeException stopped() {
        return Failures.unavailable(Kind.UNAVAILABLE, "the server stops; a write may still take effect");
    }

    private String id(@Nullable String given) {
        return given != null && ID.matcher(given).matches()
                ? given
                : process + "-" + Long.toString(lastId.incrementAndGet(), 36);
    }

    /** Knows when a call is over: gRPC tells after the work for it has returned. */
    private final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {
        private final GuardedCall<?, ?> call;

        Counted(ServerCall.Listener<Q> listener, GuardedCall<?, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onComplete() {
            over();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            call.clientLeft();
            over();
            super.onCancel();
        }

        private void over() {
            inFlight.decrementAndGet();
        }
    }

    /** A call that is closed once, by the work or by the timer. */
    private final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final String id;
        private final long begin = System.nanoTime();
        private boolean closed; // guarded by this
        private volatile @Nullable ScheduledFuture<?> alarm;

        GuardedCall(ServerCall<Q, A> call, String id) {
            super(call);
            this.id = id;
        }

        void answerBefore(@Nullable Deadline deadline) {
            if (deadline == null) {
                return;
            }
            long left = deadline.timeRemaining(TimeUnit.MICROSECONDS);
            long margin = Math.min(MOST_MARGIN_MICROS, left / 10); // for the way back, also on a busy machine
            boolean shouldDo = left >= FAIR_MICROS;
            alarm = timer.schedule(() -> timeIsOver(shouldDo), Math.max(0, left - margin), TimeUnit.MICROSECONDS);
        }

        private void timeIsOver(boolean shouldHaveDone) {
            String message = "no answer within the call's deadline; a write may still take effect";
            if (shouldHaveDone) {
                outage.failed(new DatastoreTimeoutException(message));
            }
            fail(Failures.unavailable(Kind.TIMEOUT, message));
        }

        void fail(StatusRuntimeException failure) {
            Metadata trailers = failure.getTrailers();
            close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        /** The client went away. */
        synchronized void clientLeft() {
            if (!closed) {
                closed = true;
                end("CLIENT_LEFT", null);
            }
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (closed) {
                return;
            }
            closed = true;
            Status told = isMistakenForSuccess(status)
                    ? Status.UNAVAILABLE.withDescription("the call was ended: " + status.getDescription())
                    : status;
            end(told.getCode().name(), told.getDescription());
            super.close(told, trailers);
        }

        private boolean isMistakenForSuccess(Status status) {
            return status.getCode() == Status.Code.DEADLINE_EXCEEDED || status.getCode() == Status.Code.CANCELLED;
        }

        private void end(String code, @Nullable String why) {
            open.remove(this);
            ScheduledFuture<?> pending = alarm;
            if (pending != null) {
                pending.cancel(false);
            }
            long nanos = System.nanoTime() - begin;
            String method = getMethodDescriptor().getFullMethodName();
            meters.ended(method, code, nanos);
            boolean news = why != null && !code.equals("NOT_FOUND");
            (news ? LOG.atInfo() : LOG.atDebug())
                    .addKeyValue("request", id)
                    .addKeyValue("method", method)
                    .addKeyValue("status", code)
                    .addKeyValue("micros", nanos / 1_000)
                    .log(why == null ? "" : why);
        }
    }
}
