package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetryDatastoreTest {

    private static final RetryPolicy THREE = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(10));
    private static final Key A = Key.of("/a");
    private static final byte[] VALUE = {1, 2, 3};

    private final FaultyStore child = new FaultyStore();
    private final List<Duration> pauses = new ArrayList<>();
    private final RetryDatastore store = new RetryDatastore(child, THREE, pauses::add); // takes no time

    private static DatastoreException gone(int number) {
        return FaultyStore.unavailable("gone " + number);
    }

    @Test
    void everyCallIsMadeAgainAfterAnErrorThatMayPass() {
        for (Operation operation : List.of(
                Operation.PUT,
                Operation.GET,
                Operation.GET_ALL,
                Operation.HAS,
                Operation.SIZE,
                Operation.SYNC,
                Operation.QUERY,
                Operation.DELETE,
                Operation.BATCH_COMMIT)) {
            child.failing(operation, gone(1), new DatastoreTimeoutException("late"));
        }
        store.put(A, VALUE);
        assertArrayEquals(VALUE, store.get(A).orElseThrow());
        assertEquals(Set.of(A), store.getAll(List.of(A)).keySet());
        assertTrue(store.has(A));
        assertEquals(3, store.size(A).orElseThrow());
        store.sync(A);
        assertEquals(1, store.query(Query.all()).toList().size());
        store.delete(A);
        try (Batch batch = store.batch()) {
            batch.put(A, VALUE);
            batch.commit();
        }
        assertTrue(store.has(A));
        assertEquals(18, pauses.size());
    }

    @Test
    void callsOfFeaturesAreMadeAgain() {
        List<DatastoreException> failures = new ArrayList<>(List.of(gone(1), gone(2)));
        child.with(DiskUsage.class, () -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return 42;
        });
        assertEquals(42, store.feature(DiskUsage.class).orElseThrow().diskUsageBytes());
    }

    @Test
    void anErrorThatStaysIsPassedOnAtOnce() {
        CorruptDataException damaged = new CorruptDataException("damaged");
        child.failing(Operation.GET, damaged);
        assertSame(damaged, assertThrows(CorruptDataException.class, () -> store.get(A)));
        assertEquals(List.of(), pauses);
    }

    @Test
    void afterTheLastAttemptTheLastErrorIsThrownWithTheEarlierOnes() {
        DatastoreException last = gone(3);
        child.failing(Operation.GET, gone(1), gone(2), last, gone(4));
        assertSame(last, assertThrows(DatastoreUnavailableException.class, () -> store.get(A)));
        assertEquals(
                List.of("gone 1", "gone 2"),
                List.of(last.getSuppressed()[0].getMessage(), last.getSuppressed()[1].getMessage()));
    }

    @Test
    void anErrorThatIsThrownTwiceIsNotSuppressedInItself() {
        DatastoreException same = gone(1);
        child.failing(Operation.GET, same, same, same);
        assertSame(same, assertThrows(DatastoreUnavailableException.class, () -> store.get(A)));
        assertEquals(0, same.getSuppressed().length);
    }

    @Test
    void pausesDoubleUpToTheLongestAndAHalfIsLeftToChance() {
        RetryPolicy policy = new RetryPolicy(100, Duration.ofMillis(100), Duration.ofMillis(500));
        List<Long> longest = new ArrayList<>();
        List<Long> shortest = new ArrayList<>();
        for (int attempt : new int[] {1, 2, 3, 4, 99}) {
            longest.add(policy.pauseAfter(attempt, 1).toMillis());
            shortest.add(policy.pauseAfter(attempt, 0).toMillis());
        }
        assertEquals(List.of(100L, 200L, 400L, 500L, 500L), longest);
        assertEquals(List.of(50L, 100L, 200L, 250L, 250L), shortest);
    }

    @Test
    void anInterruptEndsThePauseWithTheLastErrorAndIsKept() {
        DatastoreException failure = gone(1);
        child.failing(Operation.GET, failure);
        Thread.currentThread().interrupt();
        RetryDatastore waiting = new RetryDatastore(child, THREE);
        assertSame(failure, assertThrows(DatastoreException.class, () -> waiting.get(A)));
        assertTrue(Thread.interrupted());
        assertEquals(List.of("get /a"), child.calls());
    }

    @Test
    void closingEndsPauses() {
        RetryPolicy patient = new RetryPolicy(2, Duration.ofHours(1), Duration.ofHours(1));
        RetryDatastore waiting = new RetryDatastore(child, patient);
        CompletableFuture<Void> inPause = new CompletableFuture<>();
        child.failing(Operation.SYNC, new DatastoreUnavailableException("gone") {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean isRetryable() {
                inPause.complete(null); // asked just before the pause
                return true;
            }
        });
        CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> waiting.sync(Key.ROOT));
        inPause.join();
        waiting.close();
        ExecutionException e = assertThrows(ExecutionException.class, () -> sync.get(30, TimeUnit.SECONDS));
        assertEquals(DatastoreClosedException.class, e.getCause().getClass());
    }

    @Test
    void aBatchIsSubmittedAgainWithWhatDidNotTakeEffect() {
        child.failingAfter(1, Operation.BATCH_COMMIT, gone(1), gone(2));
        Batch batch = store.batch();
        batch.put(Key.of("/1"), VALUE);
        batch.put(Key.of("/2"), VALUE);
        batch.put(Key.of("/2"), new byte[] {4});
        batch.delete(Key.of("/3"));
        child.calls();
        batch.commit();
        assertEquals(
                List.of(
                        "batchcommit [/1, /2, /3]",
                        "batchput /2",
                        "batchdelete /3",
                        "batchcommit [/2, /3]",
                        "batchdelete /3",
                        "batchcommit [/3]"),
                child.calls());
        assertArrayEquals(new byte[] {4}, store.get(Key.of("/2")).orElseThrow());
    }

    @Test
    void aBatchKeepsNoneOfTheCallersArrays() {
        child.failing(Operation.BATCH_COMMIT, gone(1));
        byte[] value = VALUE.clone();
        Batch batch = store.batch();
        batch.put(A, value);
        value[0] = 9;
        batch.commit();
        assertArrayEquals(VALUE, store.get(A).orElseThrow());
    }

    @Test
    void aBatchSurvivesAStoreThatFailsWhileItIsFilled() {
        child.failing(Operation.BATCH_PUT, gone(1));
        Batch batch = store.batch();
        batch.put(A, VALUE);
        batch.put(Key.of("/b"), VALUE);
        batch.commit();
        assertEquals(2, store.query(Query.all()).toList().size());
    }

    @Test
    void aBatchThatIsGivenUpNamesWhatDidNotTakeEffectInAnyAttempt() {
        child.failingAfter(1, Operation.BATCH_COMMIT, gone(1));
        child.failing(Operation.BATCH_COMMIT, new DatastoreTimeoutException("late"));
        child.failingAfter(1, Operation.BATCH_COMMIT, gone(3));
        Batch batch = store.batch();
        for (int i = 1; i <= 3; i++) {
            batch.put(Key.of("/" + i), VALUE);
        }
        BatchException e = assertThrows(BatchException.class, batch::commit);
        assertEquals(Set.of(), e.failedKeys());
        assertEquals(Set.of(Key.of("/3")), e.unknownKeys(), "the attempt that timed out may have written it");
        assertEquals(2, e.getSuppressed().length);
        assertThrows(IllegalStateException.class, batch::commit);
    }

    @Test
    void aFailureOfAWholeBatchIsPassedOnAsItIs() {
        CorruptDataException damaged = new CorruptDataException("damaged");
        child.failing(Operation.BATCH_COMMIT, damaged);
        Batch batch = store.batch();
        batch.put(A, VALUE);
        assertSame(damaged, assertThrows(CorruptDataException.class, batch::commit));
    }

    @Test
    void aQueryInKeyOrderGoesOnBehindTheLastKeyShown() {
        for (int i = 0; i < 10; i++) {
            child.put(Key.of("/" + i), VALUE);
        }
        child.failingAfter(3, Operation.QUERY, gone(1), gone(2));
        Query query = Query.all().order(Order.byKey()).offset(1).limit(7).keysOnly();
        assertEquals(List.of("/1", "/2", "/3", "/4", "/5", "/6", "/7"), keys(query));
        child.failingAfter(3, Operation.QUERY, gone(3), gone(4));
        Query descending = Query.all().order(Order.byKeyDescending()).offset(1).keysOnly();
        assertEquals(List.of("/8", "/7", "/6", "/5", "/4", "/3", "/2", "/1", "/0"), keys(descending));
        child.failingAfter(4, Operation.QUERY, gone(5));
        assertEquals(10, keys(Query.all()).size(), "a store in key order gives it to a query in any order");
        assertEquals(0, child.openResults());
    }

    @Test
    void aQueryInAnotherOrderIsAskedAgainOnlyBeforeTheFirstResult() {
        for (int i = 0; i < 5; i++) {
            child.put(Key.of("/" + i), new byte[] {(byte) (9 - i)});
        }
        DatastoreException late = gone(2);
        child.failing(Operation.QUERY, gone(1)).failingAfter(2, Operation.QUERY, late);
        try (QueryResults results = store.query(Query.all().order(Order.byValue()))) {
            assertEquals(Key.of("/4"), results.next().key());
            assertEquals(Key.of("/3"), results.next().key());
            assertSame(late, assertThrows(DatastoreUnavailableException.class, results::hasNext));
            assertSame(late, assertThrows(DatastoreUnavailableException.class, results::hasNext), "and again");
        }
        assertEquals(0, child.openResults());
    }

    @Test
    void aQueryInAnyOrderOfAStoreWithoutKeyOrderIsNotResumed() {
        FaultyStore unordered = new FaultyStore().natively(Set.of(QueryPart.KEYS_ONLY));
        unordered.put(A, VALUE);
        unordered.put(Key.of("/b"), VALUE);
        unordered.failingAfter(1, Operation.QUERY, gone(1));
        try (QueryResults results = new RetryDatastore(unordered, THREE, pauses::add).query(Query.all())) {
            results.next();
            assertThrows(DatastoreUnavailableException.class, results::next);
        }
    }

    @Test
    void aQueryIsGivenUpAfterAsManyAttemptsWithoutAResult() {
        child.put(A, VALUE);
        child.put(Key.of("/b"), VALUE);
        child.failingAfter(1, Operation.QUERY, gone(1));
        child.failing(Operation.QUERY, gone(2), gone(3), gone(4));
        try (QueryResults results = store.query(Query.all())) {
            assertEquals(A, results.next().key());
            DatastoreException e = assertThrows(DatastoreUnavailableException.class, results::hasNext);
            assertEquals("gone 3", e.getMessage());
        }
    }

    @Test
    void closedResultsShowNothingAndAskNothing() {
        child.put(A, VALUE);
        QueryResults results = store.query(Query.all());
        assertTrue(results.hasNext());
        results.close();
        results.close();
        child.calls();
        assertTrue(!results.hasNext());
        assertEquals(List.of(), child.calls());
        assertEquals(0, child.openResults());
    }

    @Test
    void aLongestPauseBelowTheFirstIsRefused() {
        Map<String, String> parameters =
                Map.of("type", "retry", "backoff", "2s", "maxBackoff", "1s", "child.type", "mem");
        MisconfiguredException e = assertThrows(MisconfiguredException.class, () -> Datastores.open(parameters));
        assertTrue(
                e.getMessage().startsWith("maxBackoff is 1000 ms, less than the backoff of 2000 ms"), e.getMessage());
    }

    private List<String> keys(Query query) {
        return store.query(query).toList().stream()
                .map(Entry::key)
                .map(Key::toString)
                .toList();
    }
}
