package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.ConflictException;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Rules of what a store does beyond the base contract, where it declares it. Where it does not, asking gives nothing and
 * the base contract holds.
 */
interface FeatureRules extends StoreRules {

    private Map<Key, byte[]> putSomething() {
        Map<Key, byte[]> data = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            data.put(Key.of("/some/" + i), Bytes.random(i * 40, i));
        }
        data.forEach(store()::put);
        for (int i = 0; i < 50; i += 5) {
            store().delete(Key.of("/some/" + i));
            data.remove(Key.of("/some/" + i));
        }
        return data;
    }

    /** Asks twice, because the answer must not change. */
    private <F extends Feature> Optional<F> feature(Class<F> type) {
        Optional<F> first = store().feature(type);
        assertEquals(
                first.isPresent(),
                store().feature(type).isPresent(),
                () -> "a store declares a feature always or never: " + type.getSimpleName());
        return first;
    }

    @Test
    default void diskUsageCoversWhatIsStored() {
        Map<Key, byte[]> data = putSomething();
        Optional<DiskUsage> usage = feature(DiskUsage.class);
        if (usage.isPresent()) {
            assertTrue(usage.get().diskUsageBytes() >= 0, "disk usage is not negative");
            for (int i = 0; i < 4; i++) {
                data.put(Key.of("/large/" + i), Bytes.random(1 << 20, i)); // random, so that it does not compress
                store().put(Key.of("/large/" + i), Bytes.random(1 << 20, i));
            }
            store().sync(Key.ROOT);
            long used = usage.get().diskUsageBytes();
            assertTrue(used >= 3 << 20, () -> "disk usage covers what is stored: 4 MiB take " + used + " B");
        }
        Expect.contents(store(), data, "asking for the disk usage changes nothing");
    }

    @Test
    default void aConsistencyCheckOfAGoodStorePassesAndChangesNothing() {
        Map<Key, byte[]> data = putSomething();
        feature(ConsistencyCheck.class).ifPresent(ConsistencyCheck::check);
        Expect.contents(store(), data, "a consistency check changes nothing");
    }

    @Test
    default void scrubbingAGoodStoreLosesNothing() {
        Map<Key, byte[]> data = putSomething();
        feature(Scrub.class).ifPresent(Scrub::scrub);
        Expect.contents(store(), data, "scrubbing loses nothing");
        store().put(Key.of("/after"), Bytes.of("x"));
        Expect.value(store(), Key.of("/after"), Bytes.of("x"), "a store works on after scrubbing");
    }

    @Test
    default void collectingGarbageLosesNothing() {
        Map<Key, byte[]> data = putSomething();
        feature(GarbageCollection.class).ifPresent(GarbageCollection::collectGarbage);
        Expect.contents(store(), data, "collecting garbage loses nothing");
        store().put(Key.of("/after"), Bytes.of("x"));
        Expect.value(store(), Key.of("/after"), Bytes.of("x"), "a store works on after collecting garbage");
    }

    @Test
    default void valuesGoAwayWhenTheirTimeHasCome() throws InterruptedException {
        Map<Key, byte[]> data = putSomething();
        Optional<Expiry> expiry = feature(Expiry.class);
        if (expiry.isPresent()) {
            checkExpiry(expiry.get(), data);
        }
        Expect.contents(store(), data, "values without a time to live stay");
    }

    private void checkExpiry(Expiry expiry, Map<Key, byte[]> data) throws InterruptedException {
        Duration hour = Duration.ofHours(1);
        Duration moment = Duration.ofMillis(40);
        Key stays = Key.of("/expiry/stays");
        Key renewed = Key.of("/expiry/renewed");
        Key plain = Key.of("/expiry/plain");
        Key goes = Key.of("/expiry/goes");
        Key shortened = Key.of("/expiry/shortened");
        byte[] mine = Bytes.of("x");
        for (Key key : List.of(stays, renewed, plain, goes, shortened)) {
            expiry.put(key, mine, hour);
            assertExpires(expiry, key, hour);
        }
        mine[0] = 'y';
        Expect.value(store(), stays, Bytes.of("x"), "a put with a time to live keeps no array of the caller");
        expiry.put(renewed, Bytes.of("x"), Duration.ofMinutes(1));
        expiry.setTimeToLive(renewed, hour);
        assertExpires(expiry, renewed, hour);
        expiry.put(plain, Bytes.of("x"), moment);
        store().put(plain, Bytes.of("x"));
        assertEquals(Optional.empty(), expiry.expiration(plain), "a plain put removes the time to live");
        store().put(shortened, Bytes.of("x"));
        expiry.setTimeToLive(shortened, moment);
        expiry.put(goes, Bytes.of("x"), moment);
        awaitAbsence(goes);
        awaitAbsence(shortened);
        Expect.absent(store(), goes, "an expired key is absent for every operation");
        assertEquals(Optional.empty(), expiry.expiration(goes), "an expired key has no expiration");
        expiry.setTimeToLive(goes, hour);
        Expect.absent(store(), goes, "a time to live does not bring an expired key back");
        assertEquals(Optional.empty(), expiry.expiration(Key.of("/absent")), "an absent key has no expiration");
        for (Key key : List.of(stays, renewed, plain)) {
            data.put(key, Bytes.of("x"));
        }
        assertThrows(
                RuntimeException.class,
                () -> expiry.put(stays, new byte[0], Duration.ZERO),
                "a time to live must be positive");
    }

    private static void assertExpires(Expiry expiry, Key key, Duration in) {
        Optional<Instant> expiration = expiry.expiration(key);
        assertTrue(expiration.isPresent(), "a key with a time to live has an expiration");
        long seconds = Duration.between(Instant.now(), expiration.get()).toSeconds();
        assertTrue(
                Math.abs(seconds - in.toSeconds()) < 600,
                () -> "the time to live counts from now: " + seconds + " s left of " + in.toSeconds());
    }

    private void awaitAbsence(Key key) throws InterruptedException {
        for (int i = 0; store().has(key); i++) {
            assertTrue(i < 2_000, () -> "a key goes away when its time has come: " + key);
            Thread.sleep(5);
        }
        List<Key> shown = store().query(Query.under(key.parent()).keysOnly()).toList().stream()
                .map(entry -> entry.key())
                .toList();
        assertTrue(!shown.contains(key), () -> "a query does not show an expired key: " + key);
    }

    @Test
    default void aTransactionIsAppliedWholeOrNotAtAll() {
        Map<Key, byte[]> data = putSomething();
        Optional<Transactions> transactions = feature(Transactions.class);
        if (transactions.isPresent()) {
            Key one = Key.of("/transaction/1");
            Key two = Key.of("/transaction/2");
            Key old = data.keySet().iterator().next();
            try (Transaction discarded = transactions.get().begin()) {
                discarded.put(one, Bytes.of("discarded"));
                discarded.delete(old);
            }
            Expect.contents(store(), data, "a transaction that was not committed changes nothing");
            try (Transaction transaction = transactions.get().begin()) {
                byte[] mine = Bytes.of("1");
                transaction.put(one, mine);
                mine[0] = 'x';
                transaction.put(two, Bytes.of("2"));
                transaction.delete(old);
                assertArrayEquals(
                        Bytes.of("1"), transaction.get(one).orElseThrow(), "a transaction sees its own writes");
                Arrays.fill(transaction.get(one).orElseThrow(), (byte) 'x');
                assertTrue(transaction.get(old).isEmpty(), "a transaction sees its own deletes");
                Expect.contents(store(), data, "nothing of a transaction is visible before its commit");
                transaction.commit();
                assertThrows(IllegalStateException.class, transaction::commit, "a transaction is committed once");
            }
            data.put(one, Bytes.of("1"));
            data.put(two, Bytes.of("2"));
            data.remove(old);
        }
        Expect.contents(store(), data, "a committed transaction is applied whole");
    }

    @Test
    default void aTransactionSeesTheStoreAsItWasAndLosesAgainstOtherWriters() {
        Map<Key, byte[]> data = putSomething();
        Optional<Transactions> transactions = feature(Transactions.class);
        if (transactions.isPresent()) {
            Datastore store = store();
            Key changed = Key.of("/isolated/changed");
            Key deleted = Key.of("/isolated/deleted");
            Key created = Key.of("/isolated/created");
            Key result = Key.of("/isolated/result");
            for (Key read : List.of(changed, deleted, created)) {
                store.put(changed, Bytes.of("before"));
                store.put(deleted, Bytes.of("before"));
                store.delete(created);
                try (Transaction transaction = transactions.get().begin()) {
                    store.put(changed, Bytes.of("after"));
                    store.delete(deleted);
                    store.put(created, Bytes.of("after"));
                    Optional<String> expected = read.equals(created) ? Optional.empty() : Optional.of("before");
                    assertEquals(
                            expected,
                            transaction.get(read).map(Bytes::text),
                            "a transaction sees the store as it was when it began");
                    transaction.put(result, Bytes.of("x"));
                    assertThrows(
                            ConflictException.class,
                            transaction::commit,
                            () -> "a transaction that read what has changed since is not committed: " + read);
                }
                Expect.absent(store, result, "a transaction that lost changes nothing");
            }
            store.put(changed, Bytes.of("before"));
            try (Transaction blind = transactions.get().begin()) {
                blind.put(changed, Bytes.of("blind"));
                store.put(deleted, Bytes.of("other"));
                blind.commit();
            }
            data.put(changed, Bytes.of("blind"));
            data.put(deleted, Bytes.of("other"));
            data.put(created, Bytes.of("after"));
        }
        Expect.contents(store(), data, "a transaction that read nothing that has changed is committed");
    }

    @Test
    default void transactionsAreSerializable() {
        Optional<Transactions> transactions = feature(Transactions.class);
        Key counter = Key.of("/counter");
        store().put(counter, Bytes.of("0"));
        if (transactions.isPresent()) {
            checkWriteSkew(transactions.get());
            new Parallel()
                    .tasks(4, thread -> {
                        for (int i = 0; i < 25; i++) {
                            increment(transactions.get(), counter);
                        }
                    })
                    .run();
            Expect.value(store(), counter, Bytes.of("100"), "no increment in a transaction is lost");
        } else {
            Expect.value(store(), counter, Bytes.of("0"), "a put is visible");
        }
    }

    private void checkWriteSkew(Transactions transactions) {
        Key a = Key.of("/skew/a");
        Key b = Key.of("/skew/b");
        try (Transaction first = transactions.begin();
                Transaction second = transactions.begin()) {
            assertTrue(first.get(b).isEmpty() && second.get(a).isEmpty(), "a transaction sees the store as it is");
            first.put(a, Bytes.of("1"));
            second.put(b, Bytes.of("1"));
            first.commit();
            assertThrows(
                    ConflictException.class,
                    second::commit,
                    "transactions are serializable: of two that each read what the other writes one loses");
        }
    }

    private static void increment(Transactions transactions, Key counter) {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            try (Transaction transaction = transactions.begin()) {
                int value = Integer.parseInt(Bytes.text(transaction.get(counter).orElseThrow()));
                transaction.put(counter, Bytes.of(Integer.toString(value + 1)));
                transaction.commit();
                return;
            } catch (ConflictException e) {
                assertTrue(attempt < 9_999, "a transaction is committed in the end when it is run again");
            }
        }
    }

    @Test
    default void featuresKeepTheLimits() {
        Datastore store = store();
        Key key = Key.of("/" + "k".repeat(store.limits().maxKeyBytes()));
        store.feature(Expiry.class).ifPresent(expiry -> {
            Duration hour = Duration.ofHours(1);
            String rule = "a key over the limit is refused with a time to live, too";
            Expect.failure(RefusedInputException.class, () -> expiry.put(key, new byte[0], hour), rule);
        });
        store.feature(Transactions.class).ifPresent(transactions -> {
            try (Transaction transaction = transactions.begin()) {
                String rule = "a key over the limit is refused by a transaction, too";
                Expect.failure(RefusedInputException.class, () -> transaction.put(key, new byte[0]), rule);
            }
        });
        Expect.contents(store, Map.of(), "what was refused is not written");
    }
}
