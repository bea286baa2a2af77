package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Persistence;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountDatastoreTest {

    private static final byte[] VALUE = {1, 2, 3};

    private final FaultyStore root = new FaultyStore();
    private final FaultyStore foo = new FaultyStore();
    private final FaultyStore bar = new FaultyStore();
    private final MountDatastore store = mount("/", root, "/foo", foo, "/foo/bar", bar);

    private static MountDatastore mount(Object... pointsAndStores) {
        List<Mount> mounts = new ArrayList<>();
        for (int i = 0; i < pointsAndStores.length; i += 2) {
            Prefix point = new Prefix(Key.of((String) pointsAndStores[i]));
            mounts.add(new Mount(point, (FaultyStore) pointsAndStores[i + 1]));
        }
        return new MountDatastore(mounts);
    }

    private static Key key(String text) {
        return Key.of(text);
    }

    private static List<String> keys(MountDatastore store, Query query) {
        return store.query(query.keysOnly()).toList().stream()
                .map(entry -> entry.key().toString())
                .toList();
    }

    @Test
    void theLongestMountpointWinsByWholeParts() {
        for (String key : List.of("/", "/foobar", "/foo", "/foo/barbar", "/foo/bar", "/foo/bar/baz")) {
            store.put(key(key), VALUE);
        }
        assertEquals(List.of("put /", "put /foobar", "put /foo"), root.calls());
        assertEquals(List.of("put /barbar", "put /bar"), foo.calls());
        assertEquals(List.of("put /baz"), bar.calls());
    }

    @Test
    void keysWhereAnotherStoreIsMountedAreHidden() {
        root.put(key("/foo/x"), VALUE);
        foo.put(key("/bar/x"), VALUE);
        store.put(key("/seen"), VALUE);
        assertTrue(store.get(key("/foo/x")).isEmpty());
        assertFalse(store.has(key("/foo/bar/x")));
        store.delete(key("/foo/x"));
        assertEquals(List.of("/seen"), keys(store, Query.all()));
        assertTrue(root.has(key("/foo/x")), "a delete does not reach a hidden key");
    }

    @Test
    void aKeyOfAStoreThatNoOuterKeyMeansIsHidden() {
        foo.put(Key.ROOT, VALUE); // would be /foo, which lies in the store at /
        assertEquals(List.of(), keys(store, Query.all()));
        store.put(key("/foo"), VALUE);
        assertEquals(List.of("/foo"), keys(store, Query.all()));
    }

    @Test
    void resultsOfAllStoresComeInKeyOrder() {
        List<String> inOrder =
                List.of("/a", "/foo", "/foo!", "/foo/aaa", "/foo/bar", "/foo/bar-", "/foo/bar/1", "/foo/bar0", "/foo0");
        inOrder.forEach(key -> store.put(key(key), VALUE));
        assertEquals(inOrder, keys(store, Query.all().order(Order.byKey())));
        List<String> reversed = new ArrayList<>(inOrder);
        Collections.reverse(reversed);
        assertEquals(reversed, keys(store, Query.all().order(Order.byKeyDescending())));
        assertEquals(
                inOrder.subList(2, 6),
                keys(store, Query.all().order(Order.byKey()).offset(2).limit(4)));
        assertEquals(
                List.of("/foo/bar", "/foo/bar-", "/foo/bar/1"),
                keys(
                        store,
                        Query.under(key("/foo"))
                                .filter(Filter.keyPrefix("/foo/bar"))
                                .filter(Filter.key(Comparison.LESS, "/foo/bar0"))
                                .order(Order.byKey())));
    }

    @Test
    void aQueryAsksOnlyStoresThatCanHoldResults() {
        keys(store, Query.under(key("/foo/bar/x")));
        keys(store, Query.all().filter(Filter.keyPrefix("/foo/b!")));
        assertEquals(List.of(), root.calls());
        assertEquals(List.of("query /"), foo.calls());
        assertEquals(List.of("query /x"), bar.calls());
    }

    @Test
    void aQueryWithALimitReadsNoMore() {
        for (int i = 0; i < 10; i++) {
            store.put(key("/a/" + i), VALUE);
            store.put(key("/foo/" + i), VALUE);
        }
        assertEquals(12, keys(store, Query.all().order(Order.byKey()).limit(12)).size());
        assertEquals(10, root.entriesRead());
        assertEquals(2, foo.entriesRead());
    }

    @Test
    void aFailureOfOneStoreShowsInTheResults() {
        foo.put(key("/x"), VALUE);
        foo.failing(Operation.QUERY, FaultyStore.unavailable("gone"));
        var results = store.query(Query.all());
        assertThrows(DatastoreUnavailableException.class, results::hasNext);
        results.close();
        assertEquals(0, root.openResults() + foo.openResults() + bar.openResults());
    }

    @Test
    void keyOrderIsNativeOnlyWhereEveryStoreHasIt() {
        assertEquals(
                Set.of(
                        QueryPart.KEY_RANGE,
                        QueryPart.KEY_ORDER,
                        QueryPart.KEY_ORDER_DESCENDING,
                        QueryPart.KEYS_ONLY,
                        QueryPart.SIZES),
                store.nativeQueryParts());
        FaultyStore unordered = new FaultyStore().natively(Set.of(QueryPart.KEYS_ONLY));
        assertEquals(
                Set.of(QueryPart.KEYS_ONLY), mount("/", root, "/x", unordered).nativeQueryParts());
        assertTrue(mount("/x", root).nativeQueryParts().contains(QueryPart.OFFSET));
    }

    @Test
    void aWriteUnderNoMountIsRefusedAndNothingIsFoundThere() {
        MountDatastore partial = mount("/foo", foo);
        for (Key none : List.of(key("/foo"), key("/food"), Key.ROOT)) {
            RefusedInputException e =
                    assertThrows(RefusedInputException.class, () -> partial.put(none, VALUE), none.toString());
            assertTrue(e.getMessage().contains("no store is mounted for key " + none), e.getMessage());
            assertTrue(partial.get(none).isEmpty());
            assertFalse(partial.has(none));
            assertTrue(partial.size(none).isEmpty());
            partial.delete(none);
            try (Batch batch = partial.batch()) {
                assertThrows(RefusedInputException.class, () -> batch.put(none, VALUE));
                batch.delete(none);
                batch.commit();
            }
        }
        assertTrue(partial.getAll(List.of(Key.ROOT)).isEmpty());
        assertEquals(List.of(), foo.calls());
    }

    @Test
    void aKeyMayBeLongerByTheMountpoint() {
        MountDatastore one = mount("/foo", new FaultyStore().limited(900));
        assertEquals(904, one.limits().maxKeyBytes());
        Key longest = key("/foo/" + "k".repeat(899));
        one.put(longest, VALUE);
        assertArrayEquals(VALUE, one.get(longest).orElseThrow());
        assertThrows(InvalidKeyException.class, () -> one.put(key(longest + "k"), VALUE));
        MountDatastore two = mount("/foo", new FaultyStore().limited(1000), "/", new FaultyStore().limited(900));
        assertEquals(900, two.limits().maxKeyBytes());
        int max = Integer.MAX_VALUE;
        assertEquals(max, mount("/foo", new FaultyStore().limited(max)).limits().maxKeyBytes());
    }

    @Test
    void manyKeysComeInTheOrderGivenWithOneCallAStore() {
        List<Key> given = List.of(key("/foo/bar/1"), key("/z"), key("/foo/2"), key("/none"), key("/foo/bar/0"));
        given.stream().filter(key -> !key.equals(key("/none"))).forEach(key -> store.put(key, key.toUtf8()));
        root.calls();
        foo.calls();
        bar.calls();
        Map<Key, byte[]> found = store.getAll(given);
        assertEquals(
                List.of(key("/foo/bar/1"), key("/z"), key("/foo/2"), key("/foo/bar/0")), List.copyOf(found.keySet()));
        found.forEach((key, value) -> assertArrayEquals(key.toUtf8(), value));
        assertEquals(List.of("getall [/z, /none]"), root.calls());
        assertEquals(List.of("getall [/1, /0]"), bar.calls());
    }

    @Test
    void syncReachesTheStoresThatCanHoldThePrefixAndWhatLiesBelow() {
        store.sync(key("/foo"));
        assertEquals(List.of("sync /foo"), root.calls(), "the key /foo itself");
        assertEquals(List.of("sync /"), foo.calls());
        assertEquals(List.of("sync /"), bar.calls());
        store.sync(key("/foo/x"));
        assertEquals(List.of(), root.calls());
        assertEquals(List.of("sync /x"), foo.calls());
        assertEquals(List.of(), bar.calls());
        store.sync(Key.ROOT);
        assertEquals(3, root.calls().size() + foo.calls().size() + bar.calls().size());
    }

    @Test
    void syncReachesEveryStoreAlsoWhenOneFails() {
        DatastoreException gone = FaultyStore.unavailable("gone");
        bar.failing(Operation.SYNC, gone);
        assertSame(gone, assertThrows(DatastoreException.class, () -> store.sync(Key.ROOT)));
        assertEquals(List.of("sync /"), root.calls());
        assertEquals(List.of("sync /"), foo.calls());
    }

    @Test
    void aBatchThatFailsInOneStoreNamesItsKeysAndTakesEffectInTheOthers() {
        DatastoreException gone = FaultyStore.unavailable("gone");
        foo.failingAfter(1, Operation.BATCH_COMMIT, gone);
        Batch batch = store.batch();
        batch.put(key("/foo/1"), VALUE);
        batch.put(key("/foo/2"), VALUE);
        batch.put(key("/foo/bar/3"), VALUE);
        batch.put(key("/4"), VALUE);
        BatchException e = assertThrows(BatchException.class, batch::commit);
        assertEquals(Set.of(key("/foo/2")), e.failedKeys());
        assertEquals(Set.of(), e.unknownKeys());
        assertTrue(e.isRetryable());
        assertSame(gone, e.getCause());
        assertEquals(
                List.of("/4", "/foo/1", "/foo/bar/3"), keys(store, Query.all().order(Order.byKey())));
        assertThrows(IllegalStateException.class, batch::commit);
        assertThrows(IllegalStateException.class, () -> batch.put(key("/5"), VALUE));
    }

    @Test
    void theFateOfWritesIsUnknownWhenTheirStoreDoesNotTell() {
        foo.failing(Operation.BATCH_COMMIT, FaultyStore.unavailable("gone"));
        bar.failing(Operation.BATCH_COMMIT, new CorruptDataException("damaged"));
        Batch batch = store.batch();
        batch.put(key("/foo/1"), VALUE);
        batch.delete(key("/foo/bar/2"));
        batch.put(key("/3"), VALUE);
        BatchException e = assertThrows(BatchException.class, batch::commit);
        assertEquals(Set.of(), e.failedKeys());
        assertEquals(Set.of(key("/foo/1"), key("/foo/bar/2")), e.unknownKeys());
        assertFalse(e.isRetryable(), "damage does not pass");
    }

    @Test
    void aDiscardedBatchWritesNothing() {
        Batch batch = store.batch();
        batch.put(key("/foo/1"), VALUE);
        batch.close();
        assertThrows(IllegalStateException.class, batch::commit);
        assertEquals(List.of(), keys(store, Query.all()));
    }

    @Test
    void batchesAreAtomicOnlyInASingleStore() {
        root.with(AtomicBatches.class, new AtomicBatches() {});
        foo.with(AtomicBatches.class, new AtomicBatches() {});
        assertTrue(mount("/", root).feature(AtomicBatches.class).isPresent());
        assertTrue(mount("/", root, "/foo", foo).feature(AtomicBatches.class).isEmpty());
        assertTrue(mount("/", bar).feature(AtomicBatches.class).isEmpty());
    }

    @Test
    void theWholePersistsOnlyIfEveryStoreDoes() {
        root.with(Persistence.class, new Persistence() {});
        foo.with(Persistence.class, new Persistence() {});
        assertTrue(mount("/", root, "/foo", foo).feature(Persistence.class).isPresent());
        assertTrue(mount("/", root, "/bar", bar).feature(Persistence.class).isEmpty());
    }

    @Test
    void diskUsageIsTheSum() {
        assertTrue(store.feature(DiskUsage.class).isEmpty());
        root.with(DiskUsage.class, () -> 40);
        bar.with(DiskUsage.class, () -> 2);
        assertEquals(42, store.feature(DiskUsage.class).orElseThrow().diskUsageBytes());
    }

    @Test
    void aCheckLooksAtEveryStoreAlsoWhenOneIsDamaged() {
        List<String> checked = new ArrayList<>();
        CorruptDataException damaged = new CorruptDataException("damaged");
        bar.with(ConsistencyCheck.class, () -> {
            throw damaged;
        });
        root.with(ConsistencyCheck.class, () -> checked.add("root"));
        ConsistencyCheck check = store.feature(ConsistencyCheck.class).orElseThrow();
        assertSame(damaged, assertThrows(CorruptDataException.class, check::check));
        assertEquals(List.of("root"), checked);
    }

    @Test
    void featuresThatTakeKeysAreNotForwarded() {
        try (var memory = Datastores.open(Map.of("type", "mem"))) {
            root.with(Expiry.class, memory.feature(Expiry.class).orElseThrow());
            assertTrue(mount("/", root).feature(Expiry.class).isEmpty());
        }
    }

    @Test
    void closingClosesEveryStoreAlsoWhenOneFails() {
        DatastoreException first = FaultyStore.unavailable("first");
        DatastoreException second = FaultyStore.unavailable("second");
        bar.failingToClose(first);
        foo.failingToClose(second);
        assertSame(first, assertThrows(DatastoreException.class, store::close));
        assertEquals(List.of(second), List.of(first.getSuppressed()));
        assertTrue(root.isClosed());
        store.close(); // does nothing
    }

    @Test
    void aClosedStoreAlsoRefusesWhatReachesNoStore() {
        MountDatastore partial = mount("/foo", foo);
        Batch batch = partial.batch();
        partial.close();
        Key none = key("/none");
        assertThrows(DatastoreClosedException.class, () -> partial.get(none));
        assertThrows(DatastoreClosedException.class, () -> partial.put(none, VALUE));
        assertThrows(DatastoreClosedException.class, () -> partial.getAll(List.of()));
        assertThrows(DatastoreClosedException.class, () -> partial.delete(none));
        assertThrows(
                DatastoreClosedException.class, () -> partial.query(Query.all().limit(0)));
        assertThrows(DatastoreClosedException.class, () -> partial.sync(none));
        assertThrows(DatastoreClosedException.class, batch::commit);
        assertThrows(DatastoreClosedException.class, partial::batch);
    }

    @Test
    void aStoreThatCannotBeOpenedClosesThoseOpenedBefore() {
        Map<String, String> parameters = Map.of(
                "type",
                "mount",
                "mounts.0.mountpoint",
                "/",
                "mounts.0.type",
                "faulty",
                "mounts.0.id",
                "opened before",
                "mounts.1.mountpoint",
                "/a",
                "mounts.1.type",
                "faulty",
                "mounts.1.id",
                "shut",
                "mounts.1.opens",
                "false");
        assertThrows(DatastoreUnavailableException.class, () -> Datastores.open(parameters));
        assertTrue(FaultyProvider.OPENED.get("opened before").isClosed());
    }

    @Test
    void twoStoresAtOneMountpointAreRefused() {
        Map<String, String> parameters = Map.of(
                "type",
                "mount",
                "mounts.0.mountpoint",
                "/a/",
                "mounts.0.type",
                "mem",
                "mounts.1.mountpoint",
                "a",
                "mounts.1.type",
                "mem");
        MisconfiguredException e = assertThrows(MisconfiguredException.class, () -> Datastores.open(parameters));
        assertTrue(e.getMessage().contains("mounts has two stores at /a"), e.getMessage());
    }

    @Test
    void theNameShowsTheStoresWithin() {
        assertEquals("mount(/: faulty, /foo: faulty, /foo/bar: faulty)", store.name());
    }
}
