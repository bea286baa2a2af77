package io.motrds.motr;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.motr.Pipeline.Route;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls of many threads, each about one key, share operations of Motr: one with many keys takes little longer than
 * one with one, and durable writes wait for the same log.
 *
 * <p>A call that finds none under way is an operation of its own, at once. Otherwise it waits until that one has ended;
 * then those that wait become one operation, which the one with the most time left sends, once. Whom that did not serve,
 * and who has waited for {@link #PATIENCE_NANOS}, goes alone: a call that Motr does not answer holds up no reader for
 * long, and of the writers only those in the same operation. Each keeps its own deadline. (With two operations under way
 * two threads did 1.3 times as much, four to eight only 0.75.) Thread-safe.
 */
final class Coalescer {
    /** Longer than Motr takes unless something is wrong. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** After which a read that is shared is given up. */
    private static final long SHARED_READ_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What becomes of a call. */
    private sealed interface Turn {

        /** Its request was sent. */
        record Answered(Reply reply) implements Turn {}

        /** It is to send the requests of all these, of which it is one. */
        record Lead(List<Call> group) implements Turn {}

        /** It is to send its request alone. {@code before} is what an attempt got, which may have landed. */
        record Alone(@Nullable Reply before) implements Turn {}
    }

    private static final Turn ALONE = new Turn.Alone(null);
    private static final Turn MAY_HAVE_LANDED = new Turn.Alone(Reply.failed(Errno.ETIMEDOUT));

    private record Call(Request.Keyed request, long deadline, CompletableFuture<Turn> turn) {}

    private final int most;
    private final long mostBytes;
    private final long patienceNanos;
    private final Deque<Call> waiting = new ArrayDeque<>(); // guarded by this
    private boolean underWay; // whether an operation is, guarded by this
    private long since; // when it began, guarded by this

    /**
     * For requests of one kind.
     *
     * @param most how many keys one operation may have
     * @param mostBytes how many bytes one operation may have, as {@link Request#bytes} counts them
     */
    Coalescer(int most, long mostBytes) {
        this(most, mostBytes, PATIENCE_NANOS);
    }

    Coalescer(int most, long mostBytes, long patienceNanos) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.patienceNanos = patienceNanos;
    }

    /** Sends an operation of one key, perhaps as a part of another, and waits for its reply. */
    Reply call(Route route, Request.Keyed request) {
        Route way = route.callDeadline() == null ? route.forOneCall() : route;
        Call call = new Call(request, way.deadline(), new CompletableFuture<>());
        Turn turn = begin(call, new Turn.Lead(List.of(call)));
        if (turn == null) {
            turn = await(call, way);
        }
        if (turn instanceof Turn.Lead lead) {
            turn = lead(way, call, lead.group());
        }
        if (turn instanceof Turn.Answered answered) {
            return answered.reply();
        }
        return alone(way, request, ((Turn.Alone) turn).before());
    }

    /** Sends a request, after an attempt that failed for now as any other is sent again: after a pause, and in time. */
    private static Reply alone(Route way, Request.Keyed request, @Nullable Reply before) {
        if (before != null && Errno.isPassing(before.rc()) && !Pipeline.pause(1, way.deadline())) {
            return before;
        }
        Reply reply = Pipeline.call(way, request);
        return before != null && reply.rc() == Errno.NO_ROOM ? before : reply;
    }

    /** What the call is to do at once; null to wait. */
    private synchronized @Nullable Turn begin(Call call, Turn first) {
        long now = System.nanoTime();
        if (!underWay) {
            underWay = true;
            since = now;
            return first;
        }
        if (now - since > patienceNanos) {
            return ALONE;
        }
        waiting.addLast(call);
        return null;
    }

    private Turn await(Call call, Route route) {
        boolean interrupted = false;
        long patience = System.nanoTime() + patienceNanos;
        Turn turn = null;
        try {
            while (turn == null) {
                long until = patience - call.deadline < 0 ? patience : call.deadline;
                try {
                    turn = call.turn.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (leaves(call)) {
                        throw new DatastoreUnavailableException(
                                route.store() + ": interrupted while waiting for Motr", e);
                    } // else it is under way
                } catch (TimeoutException e) {
                    boolean late = System.nanoTime() - call.deadline >= 0;
                    if (leaves(call)) {
                        turn = late ? new Turn.Answered(Reply.failed(Errno.NO_ROOM)) : ALONE;
                    } else if (late) {
                        turn = call.turn.getNow(new Turn.Answered(Reply.failed(Errno.ETIMEDOUT)));
                    } else {
                        patience = call.deadline; // it is under way
                    }
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e); // a turn is never a failure
                }
            }
            return turn;
        } finally {
            if (turn == null && !leaves(call) && call.turn.getNow(ALONE) instanceof Turn.Lead lead) {
                end(lead.group(), null); // whatever went wrong here, it does not hold up others
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized boolean leaves(Call call) {
        return waiting.remove(call);
    }

    /** How many calls wait; for tests. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Sends the requests of a group as one. Gives the turn of the one who does. */
    private Turn lead(Route route, Call leader, List<Call> group) {
        Reply reply = null;
        try {
            reply = send(route, group);
        } finally {
            end(group, reply);
        }
        return turn(reply, group, group.indexOf(leader));
    }

    private static Reply send(Route route, List<Call> group) {
        if (group.size() == 1) {
            return Pipeline.once(route, group.get(0).request);
        }
        Request.Keyed joined =
                Request.Keyed.join(group.stream().map(Call::request).toList());
        // a read of several keys is given up early: one that is on a server without answer would hold up the others. A
        // write is not, as it might land when it has been sent again, over a newer one
        return Pipeline.once(joined instanceof Request.Get ? route.within(SHARED_READ_NANOS) : route, joined);
    }

    /** An operation has ended, without a reply if whoever sent it broke off: tells those it was for, and lets others begin. */
    private void end(List<Call> group, @Nullable Reply reply) {
        try {
            for (int i = 0; i < group.size(); i++) {
                group.get(i).turn.complete(turn(reply, group, i)); // which the leader does not look at
            }
        } finally {
            passOn();
        }
    }

    /** What a reply means for one of the calls that it is for. What did not go well is tried again by whom it concerns. */
    private static Turn turn(@Nullable Reply reply, List<Call> group, int at) {
        if (reply == null) {
            return MAY_HAVE_LANDED;
        }
        boolean late = reply.rc() == Errno.ETIMEDOUT || reply.rc() == Errno.NO_ROOM;
        if (late && group.size() > 1 && group.get(at).request instanceof Request.Get) {
            return ALONE;
        }
        if (reply.rc() != 0) {
            return mayDoBetterAlone(reply.rc()) ? new Turn.Alone(reply) : new Turn.Answered(reply);
        }
        Reply own = reply.part(at);
        if (own.hasEmptyValue()) {
            return ALONE;
        }
        return mayDoBetterAlone(own.rcs()[0]) ? new Turn.Alone(Reply.failed(own.rcs()[0])) : new Turn.Answered(own);
    }

    private static boolean mayDoBetterAlone(int rc) {
        return Errno.isPassing(rc) || rc == Errno.E2BIG;
    }

    private synchronized void passOn() {
        List<Call> group = next();
        underWay = !group.isEmpty();
        if (underWay) {
            since = System.nanoTime();
            Call leader = Collections.max(group, Comparator.comparingLong(call -> call.deadline - since));
            leader.turn.complete(new Turn.Lead(group));
        }
    }

    /** Those that wait and fit one operation; no key is in it twice. */
    private List<Call> next() {
        List<Call> group = new ArrayList<>();
        Set<ByteBuffer> keys = new HashSet<>();
        long bytes = 0;
        for (Iterator<Call> calls = waiting.iterator(); calls.hasNext() && group.size() < most; ) {
            Call call = calls.next();
            boolean fits = group.isEmpty()
                    || (group.get(0).request.joins(call.request) && bytes + call.request.bytes() <= mostBytes);
            if (fits && keys.add(ByteBuffer.wrap(call.request.keys().get(0)))) {
                calls.remove();
                group.add(call);
                bytes += call.request.bytes();
            }
        }
        return group;
    }
}
