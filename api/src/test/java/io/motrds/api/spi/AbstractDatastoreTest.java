package io.motrds.api.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.ValueTooLargeException;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a wait, which no interrupt ends, is a failure
class AbstractDatastoreTest {

    private static final Key A = Key.of("/a");
    private static final Key B = Key.of("/b");
    private static final Key TOO_LONG = Key.of("/" + "x".repeat(1000));
    private static final byte[] TOO_LARGE = new byte[4_000_001];

    private final TreeStore store = new TreeStore();

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void whatIsWrittenIsReadUntilItIsDeleted() {
        store.put(A, bytes("one"));
        assertArrayEquals(bytes("one"), store.get(A).orElseThrow());
        assertEquals(OptionalLong.of(3), store.size(A));
        assertTrue(store.has(A));
        store.delete(A);
        store.delete(A);
        assertEquals(Optional.empty(), store.get(A));
        assertEquals(OptionalLong.empty(), store.size(A));
        assertFalse(store.has(A));
        store.sync(B);
        assertEquals(List.of(B), store.flushes);
    }

    @Test
    void anEmptyValueIsAValue() {
        store.put(A, new byte[0]);
        assertEquals(OptionalLong.of(0), store.size(A));
        assertEquals(0, store.get(A).orElseThrow().length);
        try (Batch batch = store.batch()) {
            batch.put(B, new byte[0]);
            batch.commit();
        }
        assertTrue(store.has(B));
    }

    @Test
    void aKeyOverTheLimitIsRefusedBeforeTheStoreIsAsked() {
        Batch batch = store.batch();
        List<Executable> all = List.of(
                () -> store.get(TOO_LONG),
                () -> store.getAll(List.of(A, TOO_LONG)),
                () -> store.has(TOO_LONG),
                () -> store.size(TOO_LONG),
                () -> store.put(TOO_LONG, bytes("v")),
                () -> store.delete(TOO_LONG),
                () -> batch.put(TOO_LONG, bytes("v")),
                () -> batch.delete(TOO_LONG));
        all.forEach(each -> assertThrows(InvalidKeyException.class, each));
        assertEquals(0, store.calls.get());
    }

    @Test
    void aValueOverTheLimitIsRefusedBeforeTheStoreIsAsked() {
        assertThrows(ValueTooLargeException.class, () -> store.put(A, TOO_LARGE));
        try (Batch batch = store.batch()) {
            assertThrows(ValueTooLargeException.class, () -> batch.put(A, TOO_LARGE));
            batch.put(B, bytes("v"));
            batch.commit();
        }
        assertEquals(Set.of(B), store.map.keySet(), "a refused write leaves the batch usable");
        store.put(A, new byte[4_000_000]);
    }

    @Test
    void manyKeysComeInTheOrderInWhichTheyWereGivenEachOnce() {
        store.put(A, bytes("a"));
        store.put(B, bytes("b"));
        List<Key> keys = new ArrayList<>(List.of(B, Key.of("/absent"), A, B));
        Map<Key, byte[]> found = store.getAll(keys);
        assertEquals(List.of(B, A), List.copyOf(found.keySet()));
        assertArrayEquals(bytes("a"), found.get(A));
        keys.clear();
        assertEquals(
                List.of(B, Key.of("/absent"), A),
                List.copyOf(store.readAlls.get(0)),
                "the store is given a copy without repetitions");
        assertEquals(Map.of(), store.getAll(List.of()));
        assertThrows(NullPointerException.class, () -> store.getAll(Arrays.asList(A, null)));
    }

    @Test
    void aBatchIsNotVisibleBeforeItsCommitAndItsLastWriteWins() {
        store.put(A, bytes("old"));
        try (Batch batch = store.batch()) {
            batch.put(A, bytes("first"));
            batch.put(A, bytes("last"));
            batch.delete(B);
            batch.put(B, bytes("b"));
            batch.put(Key.of("/c"), bytes("c"));
            batch.delete(Key.of("/c"));
            assertArrayEquals(bytes("old"), store.get(A).orElseThrow());
            batch.commit();
        }
        assertArrayEquals(bytes("last"), store.get(A).orElseThrow());
        assertEquals(Set.of(A, B), store.map.keySet());
    }

    @Test
    void aBatchKeepsNoArrayOfItsCaller() {
        byte[] value = bytes("value");
        try (Batch batch = store.batch()) {
            batch.put(A, value);
            value[0] = 'X';
            batch.commit();
        }
        value[1] = 'X';
        assertArrayEquals(bytes("value"), store.get(A).orElseThrow());
    }

    @Test
    void aBatchIsUsedOnce() {
        Batch committed = store.batch();
        committed.commit();
        Batch discarded = store.batch();
        discarded.put(A, bytes("v"));
        discarded.close();
        discarded.close();
        for (Batch batch : List.of(committed, discarded)) {
            assertThrows(IllegalStateException.class, () -> batch.put(A, bytes("v")));
            assertThrows(IllegalStateException.class, () -> batch.delete(A));
            assertThrows(IllegalStateException.class, batch::commit);
            batch.close();
        }
        assertEquals(Set.of(), store.map.keySet());
    }

    @Test
    void aBatchThatFailedTakesNothingMore() {
        DatastoreException failure = new DatastoreException("no");
        store.duringApply = () -> {
            throw failure;
        };
        Batch batch = store.batch();
        batch.put(A, bytes("v"));
        assertSame(failure, assertThrows(DatastoreException.class, batch::commit));
        assertThrows(IllegalStateException.class, batch::commit);
        assertThrows(IllegalStateException.class, () -> batch.put(A, bytes("v")));
    }

    @Test
    void nothingRunsOnAClosedStore() {
        store.put(A, bytes("v"));
        Batch batch = store.batch();
        batch.put(B, bytes("v"));
        store.close();
        int before = store.calls.get();
        List<Executable> all = List.of(
                () -> store.get(A),
                () -> store.getAll(List.of(A)),
                () -> store.has(A),
                () -> store.size(A),
                () -> store.put(A, bytes("v")),
                () -> store.delete(A),
                () -> store.query(Query.all()),
                () -> store.sync(Key.ROOT),
                store::batch,
                () -> store.enter(() -> {}),
                () -> batch.put(A, bytes("v")),
                () -> batch.delete(A),
                batch::commit);
        for (Executable each : all) {
            String message = assertThrows(DatastoreClosedException.class, each).getMessage();
            assertEquals("tree was closed", message);
        }
        batch.close();
        assertEquals(before, store.calls.get());
        assertEquals("tree", store.name());
        assertEquals(TreeStore.LIMITS, store.limits());
    }

    @Test
    void closingTwiceShutsDownOnce() {
        store.close();
        store.close();
        assertEquals(1, store.shutdowns.get());
    }

    @Test
    void threadsThatCloseAtOnceShutDownOnceAndAllReturnAfterwards() throws Exception {
        List<Integer> seen = inThreads(8, () -> {
            store.close();
            return store.shutdowns.get();
        });
        assertEquals(List.of(1, 1, 1, 1, 1, 1, 1, 1), seen);
    }

    @Test
    void closeWaitsForWhatIsUnderWay() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store.put(A, bytes("v"));
        store.duringRead = () -> {
            reading.countDown();
            await(release);
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Optional<byte[]>> get = threads.submit(() -> store.get(A));
            reading.await();
            Thread[] closer = new Thread[1];
            CountDownLatch started = new CountDownLatch(1);
            Future<?> close = threads.submit(() -> {
                closer[0] = Thread.currentThread();
                started.countDown();
                store.close();
            });
            started.await();
            while (closer[0].getState() != Thread.State.WAITING) {
                assertEquals(0, store.shutdowns.get());
                Thread.onSpinWait();
            }
            assertFalse(close.isDone());
            assertEquals(0, store.shutdowns.get());
            release.countDown();
            assertTrue(get.get().isPresent());
            close.get();
            assertEquals(1, store.shutdowns.get());
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    @RepeatedTest(50)
    void nothingIsUnderWayWhenTheStoreShutsDown() throws Exception {
        endsBeforeTheStoreShutsDown(6, work -> store.duringRead = work, () -> store.get(A));
    }

    @RepeatedTest(50)
    void noCursorReadsWhenTheStoreShutsDown() throws Exception {
        for (int i = 0; i < 1000; i++) {
            store.put(Key.of("/" + i), bytes("v"));
        }
        endsBeforeTheStoreShutsDown(
                3,
                work -> store.duringNext = work,
                () -> store.query(Query.all()).toList());
    }

    /** Closes the store while many threads make a call again and again, which does the work that is set. */
    private void endsBeforeTheStoreShutsDown(int threads, Consumer<Runnable> setWork, Runnable call) throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger atShutdown = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(threads);
        setWork.accept(() -> {
            underWay.incrementAndGet();
            busy.countDown();
            Thread.onSpinWait();
            underWay.decrementAndGet();
        });
        store.duringShutdown = () -> atShutdown.set(underWay.get());
        AtomicInteger number = new AtomicInteger();
        inThreads(threads + 1, () -> {
            if (number.getAndIncrement() == 0) {
                await(busy);
                store.close();
                return true;
            }
            try {
                while (true) {
                    call.run();
                }
            } catch (DatastoreClosedException e) {
                return true;
            }
        });
        assertEquals(0, atShutdown.get());
        assertEquals(0, underWay.get());
        assertEquals(1, store.shutdowns.get());
    }

    @Test
    void closeFromWithinAnOperationIsRefusedAndLeavesTheStoreOpen() {
        store.put(A, bytes("v"));
        store.duringRead = store::close;
        String message =
                assertThrows(IllegalStateException.class, () -> store.get(A)).getMessage();
        assertTrue(message.contains("tree"), message);
        store.duringRead = () -> {};
        assertTrue(store.get(A).isPresent());
        assertThrows(IllegalStateException.class, () -> store.enter(store::close));
        assertEquals(0, store.shutdowns.get());
    }

    @Test
    void closeWaitsForAnEntryThatIsBeingReadAlsoWhenItIsInterrupted() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store.put(A, bytes("v"));
        store.duringNext = () -> {
            reading.countDown();
            await(release);
        };
        QueryResults results = store.query(Query.all());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> read = threads.submit(results::hasNext);
            reading.await();
            boolean[] interrupted = new boolean[1];
            Thread closer = new Thread(() -> {
                store.close();
                interrupted[0] = Thread.currentThread().isInterrupted();
            });
            closer.start();
            closer.interrupt();
            while (closer.getState() != Thread.State.WAITING) {
                assertTrue(closer.isAlive());
                Thread.onSpinWait();
            }
            assertEquals(0, store.cursorsClosed.get());
            assertEquals(0, store.shutdowns.get());
            release.countDown();
            assertTrue(read.get());
            closer.join();
            assertTrue(interrupted[0]);
            assertEquals(1, store.cursorsClosed.get());
            assertEquals(1, store.shutdowns.get());
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void resultsThatAnotherThreadClosesAreClosedWhenNoEntryIsBeingRead() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store.put(A, bytes("v"));
        QueryResults results = store.query(Query.all());
        store.duringNext = () -> {
            reading.countDown();
            await(release);
        };
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> read = threads.submit(results::hasNext);
            reading.await();
            Thread closer = new Thread(results::close);
            closer.start();
            while (closer.getState() != Thread.State.WAITING) {
                assertTrue(closer.isAlive());
                Thread.onSpinWait();
            }
            assertEquals(0, store.cursorsClosed.get());
            release.countDown();
            read.get();
            closer.join();
            assertEquals(1, store.cursorsClosed.get());
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void closeFromWithinACursorIsRefusedAndLeavesTheStoreOpen() {
        store.put(A, bytes("v"));
        store.duringNext = store::close;
        assertThrows(IllegalStateException.class, () -> store.query(Query.all()).toList());
        store.duringNext = () -> {};
        assertEquals(1, store.query(Query.all()).toList().size());
        assertEquals(0, store.shutdowns.get());
    }

    @Test
    void anOperationMayUseAnotherOfTheSameStore() {
        store.put(A, bytes("v"));
        store.duringRead = () -> assertTrue(store.has(A));
        assertTrue(store.get(A).isPresent());
    }

    @Test
    void anOperationEndsInPeaceThoughTheStoreIsBeingClosed() throws Exception {
        store.put(A, bytes("v"));
        Thread closer = new Thread(store::close);
        store.enter(() -> {
            closer.start();
            while (closer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertEquals(1, store.query(Query.all()).toList().size());
            assertTrue(store.has(A));
            assertEquals(0, store.shutdowns.get());
        });
        closer.join();
        assertEquals(1, store.shutdowns.get());
    }

    @Test
    void aUseEndsOnce() {
        AbstractDatastore.Use use = store.use();
        use.close();
        assertThrows(IllegalStateException.class, use::close);
        store.put(A, bytes("v"));
        store.close();
        assertThrows(DatastoreClosedException.class, () -> store.has(A));
    }

    static Stream<Query> streamedAndSorted() {
        return Stream.of(
                Query.all().order(Order.byKey()),
                Query.all().order(Order.byValue()),
                Query.all().order(Order.byKeyDescending()));
    }

    @ParameterizedTest
    @MethodSource("streamedAndSorted")
    void openResultsEndWithTheStore(Query query) {
        store.put(A, bytes("v"));
        store.put(B, bytes("v"));
        QueryResults started = store.query(query);
        QueryResults ahead = store.query(query);
        QueryResults fresh = store.query(query);
        started.next();
        assertTrue(ahead.hasNext());
        store.close();
        assertEquals(3, store.cursorsClosed.get());
        for (QueryResults each : List.of(started, ahead, fresh)) {
            assertThrows(DatastoreClosedException.class, each::hasNext);
            assertThrows(DatastoreClosedException.class, each::next);
            each.close();
            assertFalse(each.hasNext());
        }
        assertEquals(3, store.cursorsClosed.get(), "none is closed twice, none after shutdown");
    }

    @Test
    void cursorsAreClosedBeforeTheStoreShutsDown() {
        QueryResults open = store.query(Query.all());
        store.duringShutdown = () -> assertEquals(1, store.cursorsClosed.get());
        store.close();
        assertEquals(1, store.shutdowns.get());
        open.close();
    }

    @Test
    void resultsThatManyThreadsCloseCloseTheirCursorOnce() throws Exception {
        QueryResults results = store.query(Query.all());
        inThreads(8, () -> {
            results.close();
            return 0;
        });
        assertEquals(1, store.cursorsClosed.get());
        store.close();
        assertEquals(1, store.cursorsClosed.get());
    }

    @Test
    void resultsThatCloseWhileTheStoreDoesCloseTheirCursorOnce() throws Exception {
        for (int i = 0; i < 50; i++) {
            TreeStore each = new TreeStore();
            QueryResults results = each.query(Query.all());
            CountDownLatch start = new CountDownLatch(1);
            Thread closer = new Thread(() -> {
                await(start);
                results.close();
            });
            closer.start();
            start.countDown();
            each.close();
            closer.join();
            assertEquals(1, each.cursorsClosed.get());
        }
    }

    @Test
    void aStoreThatFailsToShutDownSaysSoAndIsClosed() {
        DatastoreException failure = new DatastoreException("disk full");
        store.duringShutdown = () -> {
            throw failure;
        };
        assertSame(failure, assertThrows(DatastoreException.class, store::close));
        assertThrows(DatastoreClosedException.class, () -> store.get(A));
        store.close();
        assertEquals(1, store.shutdowns.get());
    }

    @Test
    void aCursorThatFailsToCloseDoesNotKeepTheStoreFromShuttingDown() {
        DatastoreException failure = new DatastoreException("cursor");
        store.query(Query.all());
        store.query(Query.all());
        store.duringCursorClose = () -> {
            throw failure;
        };
        assertSame(failure, assertThrows(DatastoreException.class, store::close));
        assertEquals(2, store.cursorsClosed.get());
        assertEquals(1, store.shutdowns.get());
    }

    @Test
    void ofTwoFailuresWhileClosingNoneIsLost() {
        DatastoreException ofCursor = new DatastoreException("cursor");
        DatastoreException ofShutdown = new DatastoreException("shutdown");
        store.query(Query.all());
        store.duringCursorClose = () -> {
            throw ofCursor;
        };
        store.duringShutdown = () -> {
            throw ofShutdown;
        };
        DatastoreException e = assertThrows(DatastoreException.class, store::close);
        assertSame(ofShutdown, e);
        assertArrayEquals(new Throwable[] {ofCursor}, e.getSuppressed());
    }

    @Test
    void aFailureOfTheStoreSurfacesInTheResults() {
        DatastoreException failure = new DatastoreException("block gone");
        store.put(A, bytes("v"));
        QueryResults results = store.query(Query.all());
        store.duringNext = () -> {
            throw failure;
        };
        assertSame(failure, assertThrows(DatastoreException.class, results::hasNext));
        results.close();
        assertEquals(1, store.cursorsClosed.get());
    }

    @Test
    void aFilterMayUseTheStore() {
        store.put(A, bytes("v"));
        store.put(B, bytes("v"));
        QueryResults results = store.query(Query.all().filter(Filter.matchingKey(entry -> store.has(entry.key()))));
        assertEquals(2, results.toList().size());
    }

    @Test
    void aQueryGivesWhatTheStoreHolds() {
        store.put(A, bytes("1"));
        store.put(Key.of("/a/b"), bytes("2"));
        assertEquals(
                List.of(Entry.of(Key.of("/a/b"), bytes("2"))),
                store.query(Query.under(A)).toList());
        assertEquals(Set.of(QueryPart.KEY_ORDER, QueryPart.KEY_RANGE), store.nativeQueryParts());
        assertEquals(1, store.cursorsClosed.get());
    }

    @Test
    void aFeatureIsFoundOnlyWhereTheStoreHasIt() {
        class Measured extends TreeStore implements DiskUsage {
            @Override
            public long diskUsageBytes() {
                return 7;
            }
        }
        assertEquals(7, new Measured().feature(DiskUsage.class).orElseThrow().diskUsageBytes());
        assertEquals(Optional.empty(), new Measured().feature(Persistence.class));
        assertEquals(Optional.empty(), store.feature(DiskUsage.class));
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> store.get(null));
        assertThrows(NullPointerException.class, () -> store.put(null, bytes("v")));
        assertThrows(NullPointerException.class, () -> store.put(A, null));
        try (Batch batch = store.batch()) {
            assertThrows(NullPointerException.class, () -> batch.put(A, null));
            assertThrows(NullPointerException.class, () -> batch.delete(null));
        }
        assertNull(store.map.get(A));
    }

    @Test
    void operationsRunAtOnce() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        store.put(A, bytes("v"));
        store.duringRead = () -> {
            both.countDown();
            await(both);
        };
        assertEquals(2, inThreads(2, () -> store.get(A)).size());
    }

    private static <T> List<T> inThreads(int count, Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(
                    IntStream.range(0, count).mapToObj(i -> work).toList())) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
