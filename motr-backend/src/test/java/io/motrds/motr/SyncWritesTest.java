package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.motr.FakeMotr.Fault;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code syncWrites} promises when the servers lose power. */
class SyncWritesTest {
    private static final Fid FID = new Fid(0x7800000000000001L, 9);
    private static final Key KEY = Key.of("/key");
    private static final Key OTHER = Key.of("/other");

    private final FakeMotr motr = new FakeMotr(2);
    private final byte[] small = bytes(10);
    private final byte[] large = bytes(100_000);
    private final byte[] larger = bytes(200_000);
    private MotrDatastore store;

    private MotrDatastore open(boolean syncWrites) {
        motr.index(FID).create(0);
        long hour = 3_600_000_000_000L;
        store = new MotrDatastore(
                "motrds " + FID,
                motr.index(FID),
                new MotrDatastore.Settings(8, 4 << 20, 2_000_000_000L, 3_600_000, hour, 300_000, syncWrites));
        return store;
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private void losePower() {
        motr.crash();
        store.feature(ConsistencyCheck.class).orElseThrow().check(); // whatever is listed is whole
    }

    @Test
    void withItEveryWriteThatReturnedSurvives() {
        open(true).put(KEY, large);
        store.put(OTHER, small);
        store.delete(OTHER);
        losePower();
        assertArrayEquals(large, store.get(KEY).orElseThrow());
        assertFalse(store.has(OTHER));
    }

    @Test
    void withoutItWhatWasSyncedSurvivesAndTheRestIsLostWhole() {
        open(false).put(KEY, large);
        try (Batch batch = store.batch()) {
            batch.put(OTHER, small);
            batch.commit();
        }
        store.sync(Key.ROOT);
        store.put(Key.of("/later"), larger);
        store.put(Key.of("/later-small"), small);
        store.put(KEY, larger);
        store.delete(OTHER);
        losePower();
        assertArrayEquals(large, store.get(KEY).orElseThrow());
        assertArrayEquals(small, store.get(OTHER).orElseThrow());
        assertFalse(store.has(Key.of("/later")));
        assertFalse(store.has(Key.of("/later-small")));
    }

    @Test
    void oldDataGoesOnlyWhenWhatReplacedItIsPersistent() {
        open(false).put(KEY, large);
        store.put(OTHER, larger);
        store.sync(Key.ROOT);
        store.put(KEY, larger);
        store.delete(OTHER);
        store.collectGarbage();
        assertEquals(larger.length / 16_359 + 1, motr.count(FID, new byte[] {Layout.CHUNKS}));
        losePower();
        assertArrayEquals(larger, store.get(KEY).orElseThrow());
        assertFalse(store.has(OTHER));
    }

    @Test
    void aSyncThatGetsNoAnswerSaysSo() {
        open(false).put(KEY, small);
        motr.plan(Fault.DIES, request -> true);
        assertThrows(DatastoreTimeoutException.class, () -> store.has(KEY));
        assertThrows(DatastoreTimeoutException.class, () -> store.sync(Key.ROOT));
        motr.crash();
        assertTrue(store.get(KEY).isEmpty());
    }
}
