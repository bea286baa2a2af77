package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.motr.Request.IndexRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for another share one operation, and each gets what is its own. */
@Timeout(60)
class CoalescerTest {
    private static final byte[] FIRST = {0};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Coalescer coalescer = new Coalescer(4, 200, TimeUnit.SECONDS.toNanos(30));
    private final HeldIndex index = new HeldIndex();

    @AfterEach
    void end() {
        index.held.countDown();
        threads.shutdownNow();
    }

    private Pipeline.Route route(Duration timeout) {
        return new Pipeline.Route(index, new Window(32, 1 << 20), timeout.toNanos(), "store", null);
    }

    private static Request.Get get(int key) {
        return get(key, 1);
    }

    private static Request.Get get(int key, int bytes) {
        return new Request.Get(List.of(new byte[] {(byte) key}), bytes);
    }

    private Future<Reply> call(Request.Keyed request) {
        return threads.submit(() -> coalescer.call(route(Duration.ofSeconds(30)), request));
    }

    /** One operation that is under way until it is let go, and calls that wait for it, in this order. */
    private List<Future<Reply>> behindTheFirst(Request.Keyed... waiting) throws InterruptedException {
        Future<Reply> first = call(new Request.Get(List.of(FIRST), 10));
        index.awaitRequests(1);
        List<Future<Reply>> calls = new ArrayList<>();
        calls.add(first);
        for (Request.Keyed request : waiting) {
            calls.add(call(request));
            awaitWaiting(calls.size() - 1);
        }
        return calls;
    }

    private void awaitWaiting(int count) throws InterruptedException {
        while (coalescer.waiting() < count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Test
    void callsThatWaitShareOneOperationAndEachGetsItsOwnReply() throws Exception {
        List<Future<Reply>> calls = behindTheFirst(get(1), get(2), get(3));
        index.held.countDown();
        for (int key = 0; key < 4; key++) {
            Reply reply = calls.get(key).get();
            assertArrayEquals(new int[1], reply.rcs());
            assertArrayEquals(new byte[] {(byte) (100 + key)}, reply.values()[0]);
        }
        assertEquals(List.of(1, 3), index.counts());
        assertArrayEquals(new int[1], call(get(5)).get().rcs(), "and afterwards it goes on");
        assertEquals(List.of(1, 3, 1), index.counts());
    }

    @Test
    void anOperationHasNoMoreKeysThanFitAndNoneTwice() throws Exception {
        List<Future<Reply>> calls = behindTheFirst(get(1), get(1), get(2), get(3), get(4), get(5));
        index.held.countDown();
        for (Future<Reply> call : calls) {
            assertEquals(0, call.get().rcs()[0]);
        }
        assertEquals(List.of(1, 4, 2), index.counts());
    }

    @Test
    void anOperationHasNoMoreBytesThanFit() throws Exception {
        List<Future<Reply>> calls = behindTheFirst(get(1, 150), get(2, 60), get(3, 50), get(4, 190), get(5, 1));
        index.held.countDown();
        for (Future<Reply> call : calls) {
            assertEquals(0, call.get().rcs()[0]);
        }
        assertEquals(List.of(1, 2, 2, 1), index.counts());
    }

    @Test
    void whatIsNotOfOneKindIsNotDoneTogether() throws Exception {
        List<Future<Reply>> calls = behindTheFirst(put(1, false), put(2, true), put(3, false), delete(4), delete(5));
        index.held.countDown();
        for (Future<Reply> call : calls) {
            assertEquals(0, call.get().rcs()[0]);
        }
        assertEquals(List.of(1, 2, 1, 2), index.counts());
    }

    private static Request.Put put(int key, boolean overwrite) {
        IndexRecord put = IndexRecord.of(new byte[] {(byte) key}, new byte[] {9});
        return new Request.Put(List.of(put), overwrite, true);
    }

    private static Request.Delete delete(int key) {
        return new Request.Delete(List.of(new byte[] {(byte) key}), true);
    }

    @Test
    void anOperationThatFailedForNowIsTriedAgainByEach() throws Exception {
        index.answer = request -> request.count() == 2 ? Reply.failed(Errno.EHOSTUNREACH) : Reply.codes(new int[1]);
        List<Future<Reply>> calls = behindTheFirst(get(1), get(2));
        index.held.countDown();
        assertEquals(0, calls.get(1).get().rcs()[0]);
        assertEquals(0, calls.get(2).get().rcs()[0]);
        assertEquals(List.of(1, 2, 1, 1), index.counts());
    }

    @Test
    void aRecordThatFailedForNowIsTriedAgainByWhomItConcerns() throws Exception {
        index.answer = request -> {
            int[] rcs = new int[request.count()];
            if (rcs.length == 3) {
                rcs[1] = Errno.EIO;
                rcs[2] = Errno.EEXIST;
            }
            return Reply.codes(rcs);
        };
        List<Future<Reply>> calls = behindTheFirst(put(1, false), put(2, false), put(3, false));
        index.held.countDown();
        assertEquals(0, calls.get(1).get().rcs()[0]);
        assertEquals(0, calls.get(2).get().rcs()[0], "at the second attempt");
        assertEquals(Errno.EEXIST, calls.get(3).get().rcs()[0]);
        assertEquals(List.of(1, 3, 1), index.counts());
    }

    @Test
    void theFailureOfAnOperationIsThatOfEach() throws Exception {
        index.answer = request -> request.count() == 2 ? Reply.failed(Errno.ENOENT) : Reply.codes(new int[1]);
        List<Future<Reply>> calls = behindTheFirst(get(1), get(2));
        index.held.countDown();
        assertEquals(Errno.ENOENT, calls.get(1).get().rc());
        assertEquals(Errno.ENOENT, calls.get(2).get().rc());
    }

    @Test
    void whoSendsForOthersAndBreaksOffLeavesThemToThemselves() throws Exception {
        index.answer = request -> {
            if (request.count() == 2) {
                throw new IllegalStateException("as was asked for");
            }
            return Reply.codes(new int[1]);
        };
        List<Future<Reply>> calls = behindTheFirst(get(1), get(2));
        index.held.countDown();
        int broken = 0;
        for (Future<Reply> call : calls) {
            try {
                assertEquals(0, call.get().rcs()[0]);
            } catch (ExecutionException e) {
                assertEquals("as was asked for", e.getCause().getMessage());
                broken++;
            }
        }
        assertEquals(1, broken, "the one who sent it");
        assertEquals(0, call(get(3)).get().rcs()[0], "and afterwards it goes on");
    }

    @Test
    void aCallThatIsNotAnsweredHoldsUpNobodyForLong() throws Exception {
        Coalescer impatient = new Coalescer(4, 200, TimeUnit.MILLISECONDS.toNanos(20));
        Future<Reply> first = threads.submit(
                () -> impatient.call(route(Duration.ofSeconds(30)), new Request.Get(List.of(FIRST), 10)));
        index.awaitRequests(1);
        for (int key = 1; key < 4; key++) {
            Reply reply = impatient.call(route(Duration.ofSeconds(30)), get(key));
            assertArrayEquals(new byte[] {(byte) (100 + key)}, reply.values()[0]);
        }
        assertEquals(List.of(1, 1, 1, 1), index.counts());
        index.held.countDown();
        assertEquals(0, first.get().rcs()[0]);
    }

    /** Begins a group of two, which is held; gives its calls, of which the second has little time. */
    private List<Future<Reply>> twoTogether(Request.Keyed patient, Request.Keyed hasty) throws Exception {
        List<Future<Reply>> calls = behindTheFirst(patient);
        calls.add(threads.submit(() -> coalescer.call(route(Duration.ofSeconds(6)), hasty)));
        awaitWaiting(2);
        CountDownLatch firstHeld = index.held;
        index.held = new CountDownLatch(1);
        index.holds = request -> request.count() == 2;
        firstHeld.countDown();
        assertEquals(0, calls.get(0).get().rcs()[0]);
        index.awaitRequests(2);
        return calls.subList(1, 3);
    }

    @Test
    void whoseTimeIsUpWhileAnotherWritesMayHaveLanded() throws Exception {
        List<Future<Reply>> calls = twoTogether(put(1, false), put(2, false));
        assertEquals(Errno.ETIMEDOUT, calls.get(1).get().rc());
        index.held.countDown();
        assertEquals(0, calls.get(0).get().rcs()[0]);
        assertEquals(List.of(1, 2), index.counts());
    }

    @Test
    void aSharedReadWithoutAnswerIsGivenUpAndEachReadsAlone() throws Exception {
        for (Future<Reply> call : twoTogether(get(1), get(2))) {
            assertEquals(0, call.get().rcs()[0], "although the shared one is held");
        }
        assertEquals(List.of(1, 2, 1, 1), index.counts());
    }

    @Test
    void whoWaitsTooLongHasSentNothing() throws Exception {
        behindTheFirst();
        Reply late = coalescer.call(route(Duration.ofMillis(50)), get(1));
        assertEquals(Errno.NO_ROOM, late.rc());
        index.held.countDown();
        assertEquals(0, call(get(2)).get().rcs()[0]);
        assertEquals(List.of(1, 1), index.counts());
    }

    @Test
    void whoIsInterruptedHasSentNothingAndStaysInterrupted() throws Exception {
        behindTheFirst();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            failure.set(assertThrows(
                    DatastoreUnavailableException.class, () -> coalescer.call(route(Duration.ofSeconds(30)), get(1))));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        awaitWaiting(1);
        caller.interrupt();
        caller.join();
        assertNotNull(failure.get());
        assertTrue(interrupted.get());
        index.held.countDown();
        assertEquals(0, call(get(2)).get().rcs()[0]);
        assertEquals(List.of(1, 1), index.counts());
    }

    @Test
    void manyThreadsGetTheirOwn() throws Exception {
        index.held.countDown();
        List<Future<Integer>> wrong = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            int key = 1 + thread;
            wrong.add(threads.submit(() -> {
                int others = 0;
                for (int i = 0; i < 500; i++) {
                    Reply reply = coalescer.call(route(Duration.ofSeconds(30)), get(key));
                    others += reply.rcs()[0] == 0 && reply.values()[0][0] == 100 + key ? 0 : 1;
                }
                return others;
            }));
        }
        for (Future<Integer> each : wrong) {
            assertEquals(0, each.get());
        }
        int keys = index.counts().stream().mapToInt(Integer::intValue).sum();
        assertEquals(16 * 500, keys);
        assertTrue(index.counts().stream().allMatch(count -> count <= 4));
    }

    /** An index that holds operations back, that of the first key; a key's value is 100 more than the key. */
    private static final class HeldIndex implements MotrIndex {
        volatile CountDownLatch held = new CountDownLatch(1);
        volatile Predicate<Request> holds =
                request -> request.count() == 1 && keys(request).get(0)[0] == 0;
        volatile Function<Request, Reply> answer = HeldIndex::values;
        private final List<Integer> counts = new ArrayList<>(); // guarded by itself

        private static List<byte[]> keys(Request request) {
            return ((Request.Keyed) request).keys();
        }

        private static Reply values(Request request) {
            List<byte[]> keys = keys(request);
            byte[][] values = new byte[keys.size()][];
            for (int i = 0; i < values.length; i++) {
                values[i] = new byte[] {(byte) (100 + keys.get(i)[0])};
            }
            return new Reply(0, new int[values.length], new byte[values.length][], values);
        }

        List<Integer> counts() {
            synchronized (counts) {
                return List.copyOf(counts);
            }
        }

        void awaitRequests(int count) throws InterruptedException {
            while (counts().size() < count) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        @Override
        public Flight launch(Request request) {
            @Nullable CountDownLatch until = holds.test(request) ? held : null;
            synchronized (counts) {
                counts.add(request.count());
            }
            return (timeoutNanos, atLanding) -> {
                try {
                    if (until != null && !until.await(timeoutNanos, TimeUnit.NANOSECONDS)) {
                        atLanding.run();
                        return Reply.failed(Errno.ETIMEDOUT);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                atLanding.run();
                return answer.apply(request);
            };
        }

        @Override
        public int create(long timeoutNanos) {
            return 0;
        }

        @Override
        public int lookUp(long timeoutNanos) {
            return 0;
        }

        @Override
        public int drop(long timeoutNanos) {
            return 0;
        }

        @Override
        public int sync(long timeoutNanos) {
            return 0;
        }

        @Override
        public Fid poolVersion() {
            return ObjectName.NOWHERE;
        }

        @Override
        public boolean isPersistent() {
            return false;
        }

        @Override
        public void close() {}
    }
}
