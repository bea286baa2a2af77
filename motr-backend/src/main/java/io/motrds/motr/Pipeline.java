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
 * and waits for one of them when there is none; so nobody waits for room while others wait for him.
 *
 * <p>Each operation has a deadline. What can be sent again (-5, -113 and the like, and what read an empty record) is, after
 * a jittered pause; what is too much for one operation (-7, and -113 for reads of many keys) is split. Not thread-safe.
 */
final class Pipeline implements AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How often a record is read that reads as empty: such an answer is wrong, or the record of another program. */
    private static final int MOST_READS = 3;
    /** How often one who waits for the oldest operation looks after the others: too seldom to cost anything. */
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

        /** The same way for operations that end within so long, and not later than before. */
        Route within(long nanos) {
            long end = System.nanoTime() + nanos;
            return new Route(index, window, timeoutNanos, store, end - deadline() < 0 ? end : deadline());
        }

        /** When an operation that is launched now ends at the latest. */
        long deadline() {
            return callDeadline == null ? System.nanoTime() + timeoutNanos : callDeadline;
        }
    }

    private record Airborne(Request request, Consumer<Reply> onReply, Flight flight, long deadline, int attempt) {}

    private final Route route;
    private final boolean ofOneKey;
    private final Deque<Airborne> airborne = new ArrayDeque<>();

    Pipeline(Route route) {
        this(route, false);
    }

    /**
     * One caller's operations.
     *
     * @param ofOneKey whether his call is about one key, so that its operations may be shared with those of others
     */
    Pipeline(Route route, boolean ofOneKey) {
        this.route = route;
        this.ofOneKey = ofOneKey;
    }

    /** Sends one operation and waits for its reply, whatever that is: nothing is sent again, nor split. */
    static Reply once(Route route, Request request) {
        long deadline = route.deadline();
        try (Pipeline pipeline = new Pipeline(route)) {
            return pipeline.enter(request.bytes(), deadline)
                    ? pipeline.await(pipeline.launched(request, reply -> {}, deadline, 1))
                    : Reply.failed(Errno.NO_ROOM);
        }
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
     * Launches an operation, as soon as there is room. The consumer gets its reply in a later call of this pipeline, or in
     * this one; it may submit further operations.
     */
    void submit(Request request, Consumer<Reply> onReply) {
        launch(request, onReply, route.deadline(), 1, Reply.failed(Errno.NO_ROOM));
    }

    /** The same; or, in a call about one key, waits for the reply to an operation that is shared with other calls. */
    void submit(Request.Keyed request, Coalescer shared, Consumer<Reply> onReply) {
        // who has operations of his own in flight must see to them, as others may wait for their room
        if (ofOneKey && request.count() == 1 && airborne.isEmpty()) {
            onReply.accept(shared.call(route, request));
        } else {
            submit(request, onReply);
        }
    }

    /** Launches it; {@code otherwise} is the reply without room in time: what an earlier attempt got, which may have landed. */
    private void launch(Request request, Consumer<Reply> onReply, long deadline, int attempt, Reply otherwise) {
        if (enter(request.bytes(), deadline)) {
            airborne.addLast(launched(request, onReply, deadline, attempt));
        } else {
            onReply.accept(otherwise);
        }
    }

    /** Launches it in the room that it has. */
    private Airborne launched(Request request, Consumer<Reply> onReply, long deadline, int attempt) {
        try {
            return new Airborne(request, onReply, route.index.launch(request), deadline, attempt);
        } catch (RuntimeException | Error e) {
            route.window.leave(request.bytes());
            throw e;
        }
    }

    /**
     * Waits until some operation has ended, and takes its reply. One, as its consumer may submit others, which need the
     * room of those that have ended.
     *
     * @return false if there is none in flight
     */
    private boolean landOne() {
        Airborne landing = ended();
        for (Airborne oldest = airborne.peekFirst(); landing == null && oldest != null; ) {
            boolean late = System.nanoTime() - oldest.deadline >= 0;
            landing = late || oldest.flight.comesToRest(GLANCE_NANOS) ? oldest : ended();
        }
        if (landing == null) {
            return false;
        }
        Airborne ended = landing;
        airborne.removeIf(each -> each.flight == ended.flight);
        land(ended);
        return true;
    }

    /** The oldest operation that has ended, or null; operations of several steps go on. */
    private @Nullable Airborne ended() {
        Airborne ended = null;
        for (Airborne each : airborne) {
            if (each.flight.advance() && ended == null) {
                ended = each;
            }
        }
        return ended;
    }

    private boolean enter(long bytes, long deadline) {
        try {
            while (!route.window.enter(bytes, 0)) {
                if (!landOne()) {
                    return route.window.enter(bytes, Math.max(0, deadline - System.nanoTime()));
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException(route.store + ": interrupted while waiting for Motr", e);
        }
    }

    /** Waits until everything that was submitted has been answered. */
    void drain() {
        boolean more = true;
        while (more) {
            more = landOne();
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

    private Reply await(Airborne operation) {
        long bytes = operation.request.bytes();
        return operation.flight.await(
                Math.max(0, operation.deadline - System.nanoTime()), () -> route.window.leave(bytes));
    }

    private void land(Airborne operation) {
        Reply reply = await(operation);
        Request request = operation.request;
        // the next attempt to store an object is in another generation, see Commit
        boolean passing =
                !(request instanceof Request.StoreObject) && (Errno.isPassing(reply.rc()) || allPassing(reply));
        boolean doubtful = operation.attempt < MOST_READS && reply.hasEmptyValue();
        boolean tooMuch = request.count() > 1
                && !(request instanceof Request.Next)
                && (anyTooBig(reply) || (request instanceof Request.Get && reply.rc() == Errno.EHOSTUNREACH));
        if (tooMuch) {
            split(operation);
        } else if ((passing || doubtful) && pause(operation.attempt, operation.deadline)) {
            launch(request, operation.onReply, operation.deadline, operation.attempt + 1, reply);
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
        Reply noRoom = Reply.failed(Errno.NO_ROOM);
        launch(request.part(0, middle), reply -> halves.add(0, reply), operation.deadline, operation.attempt, noRoom);
        launch(
                request.part(middle, request.count()),
                reply -> halves.add(middle, reply),
                operation.deadline,
                operation.attempt,
                noRoom);
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
