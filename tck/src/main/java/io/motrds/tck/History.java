package io.motrds.tck;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * A recorded history of concurrent calls on one key, and the judgement whether it is linearizable: whether there is an
 * order of the calls, each at one moment between its call and its return, in which every call saw the state that the
 * one before it left (Wing and Gong's search, with the visited configurations remembered). The state is the number of
 * the last write, or {@link #ABSENT}.
 */
final class History {

    /** The state of a key that does not exist. */
    static final long ABSENT = -1;

    private static final long NEVER = Long.MAX_VALUE;

    private final AtomicLong clock = new AtomicLong(); // orders calls and returns as they happened
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

    /**
     * One call.
     *
     * @param text for messages
     * @param begin when it was called
     * @param end when it returned; {@link #NEVER} when its outcome is unknown: it may take effect at any later moment
     *     or not at all
     * @param writes the state that it leaves; empty for a read
     * @param sees whether a read can have seen this state
     */
    record Call(String text, long begin, long end, Optional<Long> writes, LongPredicate sees) {
        @Override
        public String toString() {
            return "[" + begin + ".." + (end == NEVER ? "unknown" : end) + "] " + text;
        }
    }

    /** The moment of a call, to be taken right before it. */
    long now() {
        return clock.getAndIncrement();
    }

    /** A write of a state, {@link #ABSENT} for a delete, that has returned just now. */
    void wrote(String text, long begin, long state) {
        calls.add(new Call(text, begin, now(), Optional.of(state), any -> true));
    }

    /** A write that failed so that nobody knows whether it took effect. */
    void maybeWrote(String text, long begin, long state) {
        calls.add(new Call(text, begin, NEVER, Optional.of(state), any -> true));
    }

    /** A read that has returned just now and can have seen such states alone. */
    void read(String text, long begin, LongPredicate sees) {
        calls.add(new Call(text, begin, now(), Optional.empty(), sees));
    }

    int size() {
        return calls.size();
    }

    /** What is wrong with the history; empty when it is linearizable. The key is absent at first. */
    Optional<String> violation() {
        List<Call> ordered = new ArrayList<>(calls);
        ordered.sort(Comparator.comparingLong(Call::begin));
        Search search = new Search(ordered);
        if (search.succeeds()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("no order of these calls explains what they saw; the first ");
        text.append(search.longest).append(" can be explained:");
        int from = Math.max(0, search.longest - 12);
        for (Call call : ordered.subList(from, Math.min(ordered.size(), search.longest + 12))) {
            text.append("\n  ").append(call);
        }
        return Optional.of(text.toString());
    }

    /** The search for an order; an explicit stack, because histories are longer than threads' stacks are deep. */
    private static final class Search {
        private final List<Call> calls;
        private final Set<Configuration> visited = new HashSet<>();
        private final List<Configuration> open = new ArrayList<>();
        private int longest;

        /** Which calls took effect, and the state that they left. */
        private record Configuration(BitSet done, long state) {}

        Search(List<Call> calls) {
            this.calls = calls;
        }

        boolean succeeds() {
            visit(new Configuration(new BitSet(), ABSENT));
            while (!open.isEmpty()) {
                Configuration at = open.remove(open.size() - 1);
                longest = Math.max(longest, at.done().cardinality());
                if (isComplete(at)) {
                    return true;
                }
                extend(at);
            }
            return false;
        }

        private boolean isComplete(Configuration at) {
            for (int i = at.done().nextClearBit(0);
                    i < calls.size();
                    i = at.done().nextClearBit(i + 1)) {
                if (calls.get(i).end() != NEVER) {
                    return false;
                }
            }
            return true;
        }

        /** A call can be the next one if no other that is left returned before it was called. */
        private void extend(Configuration at) {
            long firstReturn = NEVER;
            for (int i = at.done().nextClearBit(0);
                    i < calls.size();
                    i = at.done().nextClearBit(i + 1)) {
                Call call = calls.get(i);
                if (call.begin() > firstReturn) {
                    break; // calls are ordered by their begin
                }
                firstReturn = Math.min(firstReturn, call.end());
                if (call.sees().test(at.state())) {
                    BitSet done = (BitSet) at.done().clone();
                    done.set(i);
                    visit(new Configuration(done, call.writes().orElse(at.state())));
                }
            }
        }

        private void visit(Configuration configuration) {
            if (visited.add(configuration)) {
                open.add(configuration);
            }
        }
    }
}
