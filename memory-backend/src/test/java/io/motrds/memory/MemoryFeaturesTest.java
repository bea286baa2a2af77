package io.motrds.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.ConflictException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.Transaction;
import io.motrds.api.query.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the kit cannot see: exact accounts, and expiry at exact moments. */
class MemoryFeaturesTest {

    private static final Key KEY = Key.of("/key");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Hand clock = new Hand();
    private final MemoryDatastore store = new MemoryDatastore(new Limits(1_000, 4 << 20), clock);

    /** A clock that is set by hand. */
    private static final class Hand extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    @Test
    void usageIsTheBytesOfKeysAndValues() {
        assertEquals(0, store.diskUsageBytes());
        store.put(KEY, new byte[100]);
        assertEquals(104, store.diskUsageBytes());
        store.put(KEY, new byte[10]);
        store.put(Key.of("/é"), new byte[1]);
        assertEquals(14 + 4, store.diskUsageBytes());
        try (Batch batch = store.batch()) {
            batch.delete(KEY);
            batch.delete(Key.of("/absent"));
            batch.put(Key.of("/é"), new byte[0]);
            batch.commit();
        }
        assertEquals(3, store.diskUsageBytes());
        store.delete(Key.of("/é"));
        store.delete(Key.of("/é"));
        assertEquals(0, store.diskUsageBytes());
    }

    @Test
    void anExpiredKeyIsAbsentFromItsMomentOn() {
        store.put(KEY, new byte[100], MINUTE);
        assertEquals(Optional.of(Instant.EPOCH.plus(MINUTE)), store.expiration(KEY));
        clock.pass(MINUTE.minusNanos(1));
        assertTrue(store.has(KEY));
        clock.pass(Duration.ofNanos(1));
        assertFalse(store.has(KEY));
        assertTrue(store.query(Query.all().keysOnly()).toList().isEmpty());
        assertEquals(0, store.diskUsageBytes());
    }

    @Test
    void aNewTimeToLiveReplacesTheOld() {
        store.put(KEY, new byte[1], MINUTE);
        store.setTimeToLive(KEY, MINUTE.multipliedBy(3));
        clock.pass(MINUTE.multipliedBy(2));
        store.put(Key.of("/other"), new byte[1]); // writes remove what has expired
        assertTrue(store.has(KEY));
        store.put(KEY, new byte[1]);
        clock.pass(MINUTE.multipliedBy(2));
        store.put(Key.of("/other"), new byte[1]);
        assertTrue(store.has(KEY));
    }

    @Test
    void aTransactionSeesWhatHadNotExpiredWhenItBegan() {
        store.put(KEY, new byte[1], MINUTE);
        try (Transaction transaction = store.begin()) {
            clock.pass(MINUTE);
            store.put(Key.of("/other"), new byte[1]);
            assertTrue(transaction.get(KEY).isPresent());
            transaction.put(Key.of("/result"), new byte[1]);
            assertThrows(ConflictException.class, transaction::commit, "what it read has expired since");
        }
        assertFalse(store.has(Key.of("/result")));
    }

    @Test
    void theLargestValueIsAParameter() {
        assertEquals(
                8 << 20,
                Datastores.open(Map.of("type", "mem", "maxValue", "8MiB"))
                        .limits()
                        .maxValueBytes());
        for (String wrong : new String[] {"1MiB", "3GiB", "x"}) {
            MisconfiguredException refusal = assertThrows(
                    MisconfiguredException.class, () -> Datastores.open(Map.of("type", "mem", "maxValue", wrong)));
            assertTrue(refusal.getMessage().contains("maxValue"), refusal::getMessage);
        }
    }
}
