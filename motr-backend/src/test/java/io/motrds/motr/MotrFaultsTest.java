package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.query.Query;
import io.motrds.motr.FakeMotr.Fault;
import io.motrds.motr.Request.IndexRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the store makes of a cluster that fails, and of data that is damaged. */
class MotrFaultsTest {
    private static final Fid FID = new Fid(0x7800000000000001L, 7);
    private static final Fid ELSEWHERE = new Fid(0x7600000000000001L, 11);
    private static final Key KEY = Key.of("/key");
    private static final Key OTHER = Key.of("/other");
    private static final long TIMEOUT_NANOS = 2_000_000_000L;
    private static final int OBJECTS_ABOVE = 300_000;
    private static final byte[] CHUNKS = {Layout.CHUNKS};
    private static final byte[] REGISTRY = {Layout.REGISTRY};
    private static final Predicate<Request> COMMIT = put(Layout.SHORT_KEYS);
    private static final Predicate<Request> DATA = put(Layout.CHUNKS);

    private final FakeMotr motr = new FakeMotr(2);
    private final byte[] small = bytes(10, 1);
    private final byte[] large = bytes(100_000, 2);
    private final byte[] larger = bytes(200_000, 3);
    private final byte[] inObject = bytes(400_000, 4);
    private MotrDatastore store;

    MotrFaultsTest() {
        motr.index(FID).create(0);
        store = open();
    }

    private MotrDatastore open() {
        return open(0);
    }

    private MotrDatastore open(long graceMillis) {
        long hour = 3_600_000_000_000L;
        long grace = graceMillis == 0 ? 3_600_000 : graceMillis;
        return new MotrDatastore(
                "motrds " + FID,
                motr.index(FID),
                new MotrDatastore.Settings(8, 4 << 20, TIMEOUT_NANOS, grace, hour, OBJECTS_ABOVE));
    }

    private void reopenWhenAllIsOldEnoughToScrub() throws InterruptedException {
        store.close();
        store = open(1);
        Thread.sleep(5);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] bytes(int count, int seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Predicate<Request> put(byte zone) {
        return request ->
                request instanceof Request.Put put && put.records().get(0).key()[0] == zone;
    }

    private byte[] value(Key key) {
        return store.get(key).orElse(null);
    }

    @Test
    void passingFailuresAreTriedAgain() {
        for (Fault fault : List.of(Fault.UNREACHABLE, Fault.IO_ERROR, Fault.SLOW)) {
            motr.plan(fault, COMMIT);
            motr.plan(fault, DATA);
            motr.plan(fault, request -> request instanceof Request.Get);
            motr.plan(fault, request -> request instanceof Request.Delete);
            store.put(KEY, large);
            assertArrayEquals(large, value(KEY));
            store.delete(KEY);
            assertNull(value(KEY));
        }
    }

    @Test
    void anObjectWhoseWriteFailedIsWrittenAgainUnderAnotherName() {
        for (Fault fault : List.of(Fault.UNREACHABLE, Fault.IO_ERROR)) {
            Set<Generation> names = new HashSet<>();
            Predicate<Request> object = request -> request instanceof Request.StoreObject store
                    && names.add(store.name().generation());
            motr.plan(fault, object);
            motr.plan(fault, object);
            store.put(KEY, inObject);
            assertArrayEquals(inObject, value(KEY));
            try (Batch batch = store.batch()) {
                motr.plan(fault, object);
                batch.put(OTHER, inObject);
                batch.put(KEY, inObject);
                batch.commit();
            }
            assertArrayEquals(inObject, value(OTHER));
            assertTrue(names.size() >= 3, "each attempt has a generation of its own");
        }
    }

    @Test
    void anObjectThatFailsAgainAndAgainIsGivenUpInTime() {
        store.put(KEY, larger);
        for (int i = 0; i < 1_000; i++) {
            motr.plan(Fault.IO_ERROR, request -> request instanceof Request.StoreObject);
        }
        long begin = System.nanoTime();
        assertThrows(DatastoreException.class, () -> store.put(KEY, inObject));
        assertTrue(System.nanoTime() - begin < 3 * TIMEOUT_NANOS, "it ends in time");
        assertArrayEquals(larger, value(KEY));
    }

    @Test
    void aCommitThatTimedOutMayHaveLandedAndEitherIsWhole() {
        for (Fault fault : List.of(Fault.TIMED_OUT_LANDED, Fault.TIMED_OUT_LOST)) {
            store.put(KEY, large);
            motr.plan(fault, request -> COMMIT.test(request) && ((Request.Put) request).overwrite());
            assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, larger));
            assertArrayEquals(fault == Fault.TIMED_OUT_LANDED ? larger : large, value(KEY));
            store.collectGarbage(); // of a commit whose outcome is unknown, both values stay
            assertArrayEquals(fault == Fault.TIMED_OUT_LANDED ? larger : large, value(KEY));
            store.put(KEY, larger);
            assertArrayEquals(larger, value(KEY));
        }
    }

    @Test
    void aCommitThatLandsLateFindsItsDataThere() {
        store.put(KEY, large);
        motr.plan(Fault.TIMED_OUT_LATE, request -> COMMIT.test(request) && ((Request.Put) request).overwrite());
        assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, larger));
        assertArrayEquals(large, value(KEY));
        store.collectGarbage();
        motr.landLate();
        assertArrayEquals(larger, value(KEY));
    }

    @Test
    void aValueIsNeverCommittedBeforeItsDataIsDurable() {
        store.put(KEY, large);
        motr.crash();
        assertArrayEquals(large, value(KEY));
        motr.plan(Fault.TIMED_OUT_LOST, DATA);
        assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, larger));
        assertArrayEquals(large, value(KEY));
    }

    @Test
    void noCallOutlastsItsTimeoutHoweverManyWait() throws InterruptedException {
        store.put(KEY, large);
        AtomicLong longest = new AtomicLong();
        AtomicInteger failed = new AtomicInteger();
        motr.plan(Fault.GONE, request -> true);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Runnable[] calls = {
                () -> store.put(KEY, large),
                () -> store.get(KEY),
                () -> store.delete(KEY),
                () -> store.put(OTHER, small)
            };
            Runnable call = calls[i % calls.length];
            callers.add(new Thread(() -> {
                long begin = System.nanoTime();
                try {
                    call.run();
                } catch (DatastoreTimeoutException e) {
                    failed.incrementAndGet();
                }
                longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(24, failed.get());
        assertTrue(longest.get() < 2 * TIMEOUT_NANOS, () -> "a call took " + longest + " ns");
        motr.crash();
        assertArrayEquals(large, value(KEY));
    }

    @Test
    void aBatchThatFitsTheWindowEndsWithinOneTimeout() {
        motr.plan(Fault.GONE, request -> {
            if (DATA.test(request)) {
                LockSupport.parkNanos(TIMEOUT_NANOS * 9 / 10); // the data takes nearly all of the time
            }
            return COMMIT.test(request);
        });
        long begin = System.nanoTime();
        try (Batch batch = store.batch()) {
            batch.put(KEY, large);
            assertThrows(BatchException.class, batch::commit);
        }
        long took = System.nanoTime() - begin;
        assertTrue(took < TIMEOUT_NANOS * 18 / 10, () -> "the batch took " + took + " ns");
    }

    @Test
    void aBatchThatFailsInTheMiddleNamesEveryKeyThatIsNotWritten() {
        for (int round = 0; round < 12; round++) {
            int dyingAt = round;
            int[] seen = {0};
            Set<Key> all = new HashSet<>();
            BatchException failure;
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 100; i++) {
                    Key key = Key.of("/batch/" + dyingAt + "/" + i);
                    all.add(key);
                    batch.put(key, i % 3 == 0 ? large : small);
                }
                motr.plan(Fault.DIES, request -> seen[0]++ == dyingAt);
                failure = assertThrows(BatchException.class, batch::commit);
            }
            assertTrue(failure.isRetryable());
            store.close();
            motr.crash();
            store = open();
            for (Key key : all) {
                boolean named = failure.failedKeys().contains(key)
                        || failure.unknownKeys().contains(key);
                byte[] value = value(key);
                assertTrue(named || value != null, () -> key + " is not named, and not there");
                assertTrue(value == null || Arrays.equals(value, small) || Arrays.equals(value, large));
                assertFalse(failure.failedKeys().contains(key) && value != null, () -> key + " failed, and is there");
            }
            store.check();
        }
    }

    @Test
    void aHalfFailedCommitLeavesTheFateOfItsKeysOpen() {
        motr.plan(Fault.HALF_FAILED, COMMIT);
        try (Batch batch = store.batch()) {
            for (int i = 0; i < 10; i++) {
                batch.put(Key.of("/half/" + i), small);
            }
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertEquals(5, failure.unknownKeys().size());
            assertEquals(5, store.query(Query.under(Key.of("/half"))).toList().size());
        }
    }

    @Test
    void whatIsReplacedOrDeletedIsFreedLater() {
        store.put(KEY, large);
        store.put(OTHER, large);
        long before = motr.count(FID, CHUNKS);
        store.put(KEY, larger);
        store.delete(OTHER);
        assertTrue(motr.count(FID, CHUNKS) > before, "old data stays for its readers");
        store.collectGarbage();
        assertEquals((larger.length + 16_362L) / 16_363, motr.count(FID, CHUNKS));
        assertArrayEquals(larger, value(KEY));
    }

    @Test
    void aScrubFreesWhatNoKeyNamesAndNothingElse() throws InterruptedException {
        store.put(OTHER, larger);
        for (int i = 0; i < 3; i++) {
            motr.plan(Fault.TIMED_OUT_LOST, COMMIT);
            assertThrows(DatastoreException.class, () -> store.put(KEY, large));
        }
        long kept = (larger.length + 16_362L) / 16_363;
        assertTrue(motr.count(FID, CHUNKS) > kept);
        store.scrub();
        assertTrue(motr.count(FID, CHUNKS) > kept, "what is young may belong to a writer");
        reopenWhenAllIsOldEnoughToScrub();
        store.scrub();
        assertEquals(kept, motr.count(FID, CHUNKS));
        assertEquals(1, motr.count(FID, REGISTRY));
        assertArrayEquals(larger, value(OTHER));
    }

    @Test
    void objectsAreFreedLikePieces() throws InterruptedException {
        store.put(OTHER, inObject);
        store.put(KEY, inObject);
        store.put(KEY, large);
        assertEquals(2, motr.objects().size());
        store.collectGarbage();
        assertEquals(1, motr.objects().size());
        motr.plan(Fault.TIMED_OUT_LANDED, request -> request instanceof Request.StoreObject);
        assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, inObject));
        assertArrayEquals(large, value(KEY));
        assertEquals(2, motr.objects().size());
        reopenWhenAllIsOldEnoughToScrub();
        store.scrub();
        assertEquals(1, motr.objects().size());
        assertArrayEquals(inObject, value(OTHER));
    }

    @Test
    void objectsAreFoundWhereTheyWerePutAlthoughMotrPutsNewOnesElsewhere() {
        Fid before = motr.index(FID).poolVersion();
        store.put(KEY, inObject);
        motr.use(ELSEWHERE);
        store.put(OTHER, inObject);
        assertArrayEquals(inObject, value(KEY));
        store.put(KEY, large);
        store.collectGarbage();
        assertEquals(1, motr.objects().size(), "the old one is freed where it was");
        motr.use(before);
        store.put(KEY, inObject);
        motr.use(ELSEWHERE);
        motr.forget(before);
        assertArrayEquals(inObject, value(OTHER), "it is where Motr puts them now");
        String message =
                assertThrows(DatastoreException.class, () -> store.get(KEY)).getMessage();
        assertTrue(message.contains("does not know the pool version") && message.contains("/key"), message);
    }

    @Test
    void withoutAPoolOnlyObjectsAreRefused() {
        store.close();
        motr.use(ObjectName.NOWHERE);
        store = open(60_000);
        BatchException failure = assertThrows(BatchException.class, () -> {
            try (Batch batch = store.batch()) {
                batch.put(KEY, inObject);
                batch.put(OTHER, large);
                batch.commit();
            }
        });
        assertEquals(Set.of(KEY), failure.failedKeys());
        assertTrue(failure.getCause().getMessage().contains("no pool for objects"), failure::toString);
        assertArrayEquals(large, value(OTHER));
        store.put(KEY, larger);
        assertArrayEquals(larger, value(KEY));
    }

    @Test
    void aScrubFreesObjectsWhereTheyWerePut() throws InterruptedException {
        store.put(KEY, inObject);
        motr.use(ELSEWHERE);
        store.put(OTHER, inObject);
        motr.plan(Fault.TIMED_OUT_LANDED, request -> request instanceof Request.StoreObject);
        assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, inObject));
        store.put(KEY, large);
        assertEquals(3, motr.objects().size());
        reopenWhenAllIsOldEnoughToScrub();
        store.scrub();
        assertEquals(1, motr.objects().size());
        assertArrayEquals(inObject, value(OTHER));
    }

    @Test
    void concurrentCallsShareOperations() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 8; i++) {
                    motr.plan(Fault.SLOW, request -> request instanceof Request.Get);
                }
                long before = store.requests();
                List<Future<Boolean>> calls = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Key key = Key.of("/absent/" + i);
                    calls.add(threads.submit(() -> store.has(key)));
                }
                for (Future<Boolean> call : calls) {
                    assertFalse(call.get());
                }
                if (store.requests() - before < 8) {
                    return;
                }
            }
            fail("eight calls at once were eight operations, fifty times");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aScrubGoesOnBehindAnObjectThatItCannotReach() throws InterruptedException {
        Fid before = motr.index(FID).poolVersion();
        store.put(KEY, inObject); // leaves generations that are registered and not used
        motr.use(ELSEWHERE);
        store.put(KEY, inObject);
        store.put(KEY, large);
        motr.forget(before);
        reopenWhenAllIsOldEnoughToScrub();
        int unreachable = motr.objects().size() - 1;
        store.scrub();
        assertEquals(unreachable, motr.objects().size(), "what is in the pool version of now is freed");
        assertArrayEquals(large, value(KEY));
    }

    @Test
    void missingAndAlteredObjectsAreReportedAsDamage() {
        store.put(KEY, inObject);
        motr.objects().values().forEach(data -> data[99] ^= 1);
        assertThrows(CorruptDataException.class, () -> store.get(KEY));
        motr.objects().clear();
        assertThrows(CorruptDataException.class, () -> store.get(KEY));
        store.put(KEY, inObject);
        assertArrayEquals(inObject, value(KEY));
    }

    @Test
    void missingAndAlteredDataIsReportedAsDamage() {
        store.put(KEY, large);
        byte[] chunk = motr.keys(FID, CHUNKS).get(3);
        byte[] original = motr.value(FID, chunk);
        byte[] altered = original.clone();
        altered[77] ^= 1;
        for (byte[] damage : new byte[][] {null, altered, Arrays.copyOf(original, original.length - 1), new byte[0]}) {
            motr.tamper(FID, chunk, damage);
            CorruptDataException failure = assertThrows(CorruptDataException.class, () -> store.get(KEY));
            assertTrue(failure.getMessage().contains(KEY.toString()), failure.getMessage());
            assertThrows(CorruptDataException.class, store::check);
            assertTrue(store.has(KEY));
        }
        motr.tamper(FID, chunk, original);
        store.check();
        assertArrayEquals(large, value(KEY));
    }

    @Test
    void aDamagedDirectoryRecordIsReportedAndCanBeReplacedAndDeleted() {
        store.put(KEY, small);
        byte[] place = Layout.directoryKey(KEY);
        byte[] damaged = motr.value(FID, place).clone();
        damaged[4] ^= 1;
        motr.tamper(FID, place, damaged);
        assertThrows(CorruptDataException.class, () -> store.get(KEY));
        assertThrows(CorruptDataException.class, () -> store.query(Query.all()).toList());
        store.put(KEY, large);
        assertArrayEquals(large, value(KEY));
        motr.tamper(FID, place, damaged);
        store.delete(KEY);
        assertFalse(store.has(KEY));
    }

    @Test
    void aRecordThatReadsAsEmptyIsReadAgain() {
        store.put(KEY, small);
        store.put(OTHER, large);
        Predicate<Request> reads = request -> request instanceof Request.Get || request instanceof Request.Next;
        for (int empties = 1; empties <= 2; empties++) {
            for (int at = 0; at < 3; at++) { // the directory's record, then those of pieces
                AtomicInteger before = new AtomicInteger(at);
                for (int i = 0; i < empties; i++) {
                    motr.plan(Fault.READS_EMPTY, request -> reads.test(request) && before.getAndDecrement() <= 0);
                }
                assertArrayEquals(small, store.get(KEY).orElseThrow());
                assertArrayEquals(large, store.get(OTHER).orElseThrow());
                assertEquals(2, store.getAll(List.of(KEY, OTHER)).size());
                assertEquals(2, store.query(Query.all()).toList().size());
            }
        }
        for (int i = 0; i < 20; i++) {
            motr.plan(Fault.READS_EMPTY, reads);
        }
        assertThrows(CorruptDataException.class, () -> store.get(KEY));
    }

    @Test
    void aReaderFollowsAValueThatIsReplacedMeanwhile() {
        store.put(KEY, large);
        List<Boolean> replaced = new ArrayList<>();
        // when the reader asks for the data, it has just been replaced and freed
        motr.plan(Fault.SLOW, request -> {
            boolean reads = request instanceof Request.Get get && get.keys().get(0)[0] == Layout.CHUNKS;
            if (reads && replaced.isEmpty()) {
                replaced.add(true);
                store.put(KEY, larger);
                store.collectGarbage();
            }
            return false;
        });
        assertArrayEquals(larger, value(KEY));
        assertFalse(replaced.isEmpty());
    }

    @Test
    void anIndexOfAnotherProgramIsRefusedAndLeftAsItIs() {
        Fid foreign = new Fid(0x7800000000000001L, 8);
        MotrIndex index = motr.index(foreign);
        index.create(0);
        byte[] key = {'/', 'x'};
        index.launch(new Request.Put(List.of(IndexRecord.of(key, small)), true, true))
                .await(0, () -> {});
        MotrDatastore.Settings settings =
                new MotrDatastore.Settings(8, 4 << 20, TIMEOUT_NANOS, 60_000, 1, OBJECTS_ABOVE);
        assertThrows(MisconfiguredException.class, () -> new MotrDatastore("test", index, settings));
        assertEquals(1, motr.count(foreign, new byte[0]));
    }

    @Test
    void anIndexOfAnotherVersionOfTheFormatIsRefused() {
        store.close();
        for (byte version : new byte[] {1, 3}) {
            byte[] marker = motr.value(FID, Layout.markerKey()).clone();
            marker[8] = version;
            ByteBuffer.wrap(marker).putInt(20, Layout.seal(new byte[0], marker));
            motr.tamper(FID, Layout.markerKey(), marker);
            String message =
                    assertThrows(MisconfiguredException.class, this::open).getMessage();
            assertTrue(message.contains("is in version " + version), message);
        }
    }

    @Test
    void anIndexThatIsGoneIsSaidToBeGone() {
        motr.index(FID).drop(0);
        assertThrows(MisconfiguredException.class, () -> store.get(KEY));
        assertThrows(MisconfiguredException.class, () -> store.put(KEY, small));
        assertThrows(
                MisconfiguredException.class, () -> store.query(Query.all()).toList());
        motr.index(FID).create(0);
    }
}
