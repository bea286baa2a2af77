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
 * then those that wait become one operation, which the one with the most time left sends. Each keeps its own deadline.
 * (With two operations under way two threads did 1.3 times as much, four to eight only 0.75.) Thread-safe.
 */
final class Coalescer {
    /** What a call is told that waited. */
    private sealed interface Turn {

        /** Another call sent its request, too. */
        record Answered(Reply reply) implements Turn {}

        /** Its turn to send the requests of all these, of which it is one. */
        record Lead(List<Call> group) implements Turn {}

        /** To send its request alone. */
        record Alone() implements Turn {}
    }

    private record Call(Request.Keyed request, long deadline, CompletableFuture<Turn> turn) {}

    private final int most;
    private final Deque<Call> waiting = new ArrayDeque<>(); // guarded by this
    private boolean underWay; // whether an operation is, guarded by this

    /**
     * For requests of one kind.
     *
     * @param most how many keys one operation may have
     */
    Coalescer(int most) {
        this.most = most;
    }

    /** Sends an operation of one key, perhaps as a part of another, and waits for its reply. */
    Reply call(Route route, Request.Keyed request) {
        Call call = new Call(request, route.deadline(), new CompletableFuture<>());
        Turn turn = begins(call) ? new Turn.Lead(List.of(call)) : await(call, route);
        if (turn instanceof Turn.Lead lead) {
            turn = lead(route, call, lead.group());
        }
        return turn instanceof Turn.Answered answered ? answered.reply() : Pipeline.call(route, request);
    }

    private synchronized boolean begins(Call call) {
        if (underWay) {
            waiting.addLast(call);
            return false;
        }
        underWay = true;
        return true;
    }

    /** Waits for a turn, or for the deadline. */
    private Turn await(Call call, Route route) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return call.turn.get(Math.max(0, call.deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (leaves(call)) {
                        throw new DatastoreUnavailableException(
                                route.store() + ": interrupted while waiting for Motr", e);
                    } // else it is under way
                } catch (TimeoutException e) {
                    Reply late = Reply.failed(leaves(call) ? Errno.NO_ROOM : Errno.ETIMEDOUT);
                    return call.turn.getNow(new Turn.Answered(late));
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e); // a turn is never a failure
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How many calls wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean leaves(Call call) {
        return waiting.remove(call);
    }

    /** Sends the requests of a group as one, tells each call of it its reply, and lets others begin. */
    private Turn lead(Route route, Call leader, List<Call> group) {
        Reply reply = null;
        try {
            List<Request.Keyed> requests = group.stream().map(Call::request).toList();
            reply = Pipeline.call(route, requests.size() == 1 ? requests.get(0) : Request.Keyed.join(requests));
        } finally {
            passOn();
            for (int i = 0; i < group.size(); i++) {
                group.get(i).turn.complete(turn(reply, i)); // which the leader does not look at
            }
        }
        return turn(reply, group.indexOf(leader));
    }

    /** What a reply means for one call of those that it is for. */
    private static Turn turn(@Nullable Reply reply, int at) {
        if (reply == null) {
            return new Turn.Alone();
        }
        if (reply.rc() != 0 || reply.rcs().length == 1) {
            return new Turn.Answered(reply);
        }
        int rc = reply.rcs()[at];
        // all of an operation are tried again together, one of them by whom it concerns
        return Errno.isPassing(rc) ? new Turn.Alone() : new Turn.Answered(reply.part(at));
    }

    /** An operation has ended: those that wait are next. */
    private synchronized void passOn() {
        List<Call> group = next();
        if (group.isEmpty()) {
            underWay = false;
        } else {
            long now = System.nanoTime();
            Call leader = Collections.max(group, Comparator.comparingLong(call -> call.deadline - now));
            leader.turn.complete(new Turn.Lead(group));
        }
    }

    /** Those that wait and fit one operation; no key is in it twice. */
    private List<Call> next() {
        List<Call> group = new ArrayList<>();
        Set<ByteBuffer> keys = new HashSet<>();
        for (Iterator<Call> calls = waiting.iterator(); calls.hasNext() && group.size() < most; ) {
            Call call = calls.next();
            boolean fits = group.isEmpty() || group.get(0).request.joins(call.request);
            if (fits && keys.add(ByteBuffer.wrap(call.request.recordKeys().get(0)))) {
                calls.remove();
                group.add(call);
            }
        }
        return group;
    }
}
