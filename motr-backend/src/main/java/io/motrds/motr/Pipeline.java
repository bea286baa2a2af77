package io.motrds.motr;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.motr.MotrIndex.Flight;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller's operations in flight. The caller's thread launches as many as the store's {@link Window} has room for,
 * and waits for the oldest when there is none; so nobody waits for room while others wait for him.
 *
 * <p>Each operation has a deadline. What can be sent again (-5, -113 and the like) is, after a jittered pause; what is
 * too much for one operation (-7, and -113 for reads of many keys) is split. Not thread-safe.
 */
final class Pipeline implements AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How often a waiting thread looks after steps that could begin: seldom enough to cost next to nothing. */
    private static final long GLANCE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** What the operations of a store have in common. */
    record Route(
            MotrIndex index,
            Window window,
            long timeoutNanos,
            String store,
            @Nullable Long callDeadline) {

        /** The same way for one call, whose operations all together end within the timeout. */
        Route forOneCall() {
            return new Route(index, window, timeoutNanos, store, System.nanoTime() + timeoutNanos);
        }

        /** When an operation that is launched now ends at the latest. */
        long deadline() {
            return callDeadline == null ? System.nanoTime() + timeoutNanos : callDeadline;
        }
    }

    private record Airborne(Request request, Consumer<Reply> onReply, Flight flight, long deadline, int attempt) {}

    private final Route route;
    private final Deque<Airborne> airborne = new ArrayDeque<>();

    Pipeline(Route route) {
        this.route = route;
    }

    /** Sends one operation and waits for its reply. */
    static Reply call(Route route, Request request) {
        Reply[] reply = new Reply[1];
        try (Pipeline pipeline = new Pipeline(route)) {
            pipeline.submit(request, answer -> reply[0] = answer);
            pipeline.drain();
        }
        return reply[0];
    }

    /**
     * Launches an operation, as soon as there is room. The consumer gets its reply in a later call of this pipeline; it
     * may submit further operations.
     */
    void submit(Request request, Consumer<Reply> onReply) {
        launch(request, onReply, route.deadline(), 1);
    }

    private void launch(Request request, Consumer<Reply> onReply, long deadline, int attempt) {
        long bytes = request.bytes();
        if (!enter(bytes, deadline)) {
            onReply.accept(Reply.failed(Errno.NO_ROOM));
            return;
        }
        Flight flight;
        try {
            flight = route.index.launch(request);
        } catch (RuntimeException | Error e) {
            route.window.leave(bytes);
            throw e;
        }
        airborne.addLast(new Airborne(request, onReply, flight, deadline, attempt));
        advance();
    }

    /** Lets operations of several steps go on; whether there are steps that have not begun yet. */
    private boolean advance() {
        boolean more = false;
        for (Airborne each : airborne) {
            more |= each.flight.advance();
        }
        return more;
    }

    private boolean enter(long bytes, long deadline) {
        try {
            while (!route.window.enter(bytes, 0)) {
                Airborne oldest = airborne.pollFirst();
                if (oldest == null) {
                    return route.window.enter(bytes, Math.max(0, deadline - System.nanoTime()));
                }
                land(oldest);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(route.store + ": interrupted while waiting for Motr", e);
        }
    }

    /** Waits until everything that was submitted has been answered. */
    void drain() {
        for (Airborne oldest = airborne.pollFirst(); oldest != null; oldest = airborne.pollFirst()) {
            land(oldest);
        }
    }

    /** Waits for what is still in flight after a failure; replies are dropped. */
    @Override
    public void close() {
        for (Airborne each : airborne) {
            await(each);
        }
        airborne.clear();
    }

    /** Waits for an operation, and meanwhile lets the others go on. */
    private Reply await(Airborne operation) {
        while (advance() && System.nanoTime() - operation.deadline < 0) {
            if (operation.flight.comesToRest(GLANCE_NANOS)) {
                break;
            }
        }
        long bytes = operation.request.bytes();
        return operation.flight.await(
                Math.max(0, operation.deadline - System.nanoTime()), () -> route.window.leave(bytes));
    }

    private void land(Airborne operation) {
        Reply reply = await(operation);
        advance();
        Request request = operation.request;
        // an object that was begun cannot be begun again: that takes another generation, see Commit
        boolean passing =
                !(request instanceof Request.StoreObject) && (Errno.isPassing(reply.rc()) || allPassing(reply));
        boolean tooMuch = request.count() > 1
                && !(request instanceof Request.Next)
                && (anyTooBig(reply) || (request instanceof Request.Get && reply.rc() == Errno.EHOSTUNREACH));
        if (tooMuch) {
            split(operation);
        } else if (passing && pause(operation.attempt, operation.deadline)) {
            launch(request, operation.onReply, operation.deadline, operation.attempt + 1);
        } else {
            operation.onReply.accept(reply);
        }
    }

    private static boolean anyTooBig(Reply reply) {
        return reply.rc() == Errno.E2BIG || Arrays.stream(reply.rcs()).anyMatch(rc -> rc == Errno.E2BIG);
    }

    private static boolean allPassing(Reply reply) {
        return reply.rc() == 0
                && reply.rcs().length > 0
                && Arrays.stream(reply.rcs()).allMatch(Errno::isPassing);
    }

    /** Sends both halves and makes one reply of theirs. */
    private void split(Airborne operation) {
        Request request = operation.request;
        int middle = request.count() / 2;
        Halves halves = new Halves(request.count(), operation.onReply);
        launch(request.part(0, middle), reply -> halves.add(0, reply), operation.deadline, operation.attempt);
        launch(
                request.part(middle, request.count()),
                reply -> halves.add(middle, reply),
                operation.deadline,
                operation.attempt);
    }

    /** Collects the replies of two halves. */
    private static final class Halves {
        private final Consumer<Reply> onReply;
        private final int[] rcs;
        private final byte[] @Nullable [] keys;
        private final byte[] @Nullable [] values;
        private int missing = 2;
        private boolean indexIsGone;

        Halves(int count, Consumer<Reply> onReply) {
            this.onReply = onReply;
            this.rcs = new int[count];
            this.keys = new byte[count][];
            this.values = new byte[count][];
        }

        void add(int at, Reply half) {
            int count = at == 0 ? rcs.length / 2 : rcs.length - at;
            if (half.rc() != 0) {
                Arrays.fill(rcs, at, at + count, half.rc()); // the fate of one half is not that of the other
                indexIsGone |= half.rc() == Errno.ENOENT; // of a record it would mean another thing
            } else {
                System.arraycopy(half.rcs(), 0, rcs, at, count);
                System.arraycopy(half.keys(), 0, keys, at, half.keys().length);
                System.arraycopy(half.values(), 0, values, at, half.values().length);
            }
            if (--missing == 0) {
                onReply.accept(indexIsGone ? Reply.failed(Errno.ENOENT) : new Reply(0, rcs, keys, values));
            }
        }
    }

    /** Waits before another attempt; false when the deadline leaves no time for one. */
    static boolean pause(int attempt, long deadline) {
        long longest = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(10, attempt));
        long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest);
        if (System.nanoTime() + pause - deadline >= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
