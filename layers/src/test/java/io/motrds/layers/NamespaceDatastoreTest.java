package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.Datastores;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceDatastoreTest {

    private static final byte[] VALUE = {1, 2, 3};

    private final FaultyStore child = new FaultyStore();
    private final Datastore store = new NamespaceDatastore(new Prefix(Key.of("/ns")), child);

    @AfterEach
    void close() {
        store.close();
    }

    private static Key key(String text) {
        return Key.of(text);
    }

    private List<String> keys(Query query) {
        return store.query(query.keysOnly()).toList().stream()
                .map(entry -> entry.key().toString())
                .toList();
    }

    @Test
    void keysLieBelowThePrefixInTheStoreWithin() {
        store.put(key("/a"), VALUE);
        store.put(Key.ROOT, VALUE);
        store.sync(key("/a"));
        assertEquals(List.of("put /ns/a", "put /ns", "sync /ns/a"), child.calls());
        assertEquals(
                List.of(key("/a")),
                List.copyOf(store.getAll(List.of(key("/a"), key("/b"))).keySet()));
    }

    @Test
    void nothingOutsideThePrefixIsSeen() {
        List.of("/", "/ns!", "/nsa", "/ns0", "/n", "/a").forEach(outside -> child.put(key(outside), VALUE));
        assertEquals(List.of(), keys(Query.all()));
        store.put(Key.ROOT, VALUE);
        store.put(key("/a"), VALUE);
        assertEquals(List.of("/", "/a"), keys(Query.all().order(Order.byKey())));
    }

    @Test
    void theRootKeyHasItsPlaceInEveryQuery() {
        List<String> inOrder = List.of("/", "/!", "/a", "/a/b", "/z");
        inOrder.forEach(each -> store.put(key(each), VALUE));
        List<String> reversed = new ArrayList<>(inOrder);
        Collections.reverse(reversed);
        for (int offset = 0; offset <= 6; offset++) {
            for (int limit = 0; limit <= 6; limit++) {
                Query query = Query.all().offset(offset).limit(limit);
                int from = Math.min(5, offset);
                int to = Math.min(5, offset + limit);
                assertEquals(inOrder.subList(from, to), keys(query.order(Order.byKey())), "offset " + offset);
                assertEquals(reversed.subList(from, to), keys(query.order(Order.byKeyDescending())));
            }
        }
        assertEquals(List.of("/a/b"), keys(Query.under(key("/a"))));
        assertEquals(
                3,
                store.query(Query.all().limit(1).keysAndSizes()).toList().get(0).size());
    }

    @Test
    void filtersAndOrdersSeeTheOuterKeys() {
        List.of("/a", "/b", "/пример", "/ns").forEach(each -> store.put(key(each), VALUE));
        List<String> seen = new ArrayList<>();
        keys(Query.all().filter(Filter.matchingKey(entry -> seen.add(entry.key().toString()))));
        assertEquals(Set.of("/a", "/b", "/пример", "/ns"), Set.copyOf(seen));
        assertEquals(List.of("/ns"), keys(Query.all().filter(Filter.keyPrefix("/ns"))));
        assertEquals(
                List.of("/пример"), keys(Query.all().filter(Filter.keyPrefix("/п"))), "a bound within a character");
        Order byLength = Order.byKey((a, b) -> b.key().length() - a.key().length());
        assertEquals(List.of("/пример", "/ns", "/a", "/b"), keys(Query.all().order(byLength)));
    }

    @Test
    void aPrefixStaysAPrefixForTheStoreWithin() {
        keys(Query.under(key("/a/b")));
        keys(Query.all().filter(Filter.keyPrefix("/c/d")));
        assertEquals(List.of("query /ns/a/b", "query /ns/c"), child.calls());
    }

    @Test
    void keysMayBeAsLongAsThePrefixLeaves() {
        FaultyStore small = new FaultyStore().limited(903);
        Datastore namespace = new NamespaceDatastore(new Prefix(key("/ns")), small);
        assertEquals(900, namespace.limits().maxKeyBytes());
        Key longest = key("/" + "k".repeat(899));
        namespace.put(longest, VALUE);
        assertArrayEquals(VALUE, namespace.get(longest).orElseThrow());
        InvalidKeyException e = assertThrows(InvalidKeyException.class, () -> namespace.put(key(longest + "k"), VALUE));
        assertTrue(e.getMessage().contains("key of 901 bytes is over the limit of 900"), e.getMessage());
    }

    @Test
    void aPrefixThatLeavesTooLittleForKeysIsRefusedAndTheStoreClosed() {
        Map<String, String> parameters = Map.of(
                "type", "namespace",
                "prefix", "/long",
                "child.type", "faulty",
                "child.id", "left too little",
                "child.maxKey", "904");
        MisconfiguredException e = assertThrows(MisconfiguredException.class, () -> Datastores.open(parameters));
        assertTrue(
                e.getMessage().startsWith("prefix of 5 bytes is too long: faulty takes keys of 904"), e.getMessage());
        assertTrue(e.getMessage().endsWith("allowed are at most 4 bytes"), e.getMessage());
        assertTrue(FaultyProvider.OPENED.get("left too little").isClosed());
    }

    @Test
    void aFailedBatchNamesTheOuterKeys() {
        child.failingAfter(1, Operation.BATCH_COMMIT, FaultyStore.unavailable("gone"));
        Batch batch = store.batch();
        batch.put(key("/a"), VALUE);
        batch.put(Key.ROOT, VALUE);
        BatchException e = assertThrows(BatchException.class, batch::commit);
        assertEquals(Set.of(Key.ROOT), e.failedKeys());
        assertTrue(
                e.getMessage().startsWith("namespace(/ns: faulty): batch not committed; failed: /;"), e.getMessage());
    }

    @Test
    void expiryAndTransactionsTakeTheOuterKeys() {
        try (Datastore memory = Datastores.open(Map.of("type", "mem"));
                Datastore namespace = new NamespaceDatastore(new Prefix(key("/ns")), memory)) {
            Expiry expiry = namespace.feature(Expiry.class).orElseThrow();
            expiry.put(key("/a"), VALUE, Duration.ofHours(1));
            assertEquals(
                    expiry.expiration(key("/a")),
                    memory.feature(Expiry.class).orElseThrow().expiration(key("/ns/a")));
            assertTrue(expiry.expiration(key("/a")).isPresent());
            try (Transaction transaction =
                    namespace.feature(Transactions.class).orElseThrow().begin()) {
                transaction.put(key("/b"), transaction.get(key("/a")).orElseThrow());
                transaction.commit();
            }
            assertArrayEquals(VALUE, memory.get(key("/ns/b")).orElseThrow());
        }
    }

    @Test
    void aFeatureThatMayTakeKeysIsNotForwardedUnknown() {
        interface Unknown extends Feature {}
        child.with(Unknown.class, new Unknown() {});
        assertTrue(store.feature(Unknown.class).isEmpty());
    }

    @Test
    void aClosedStoreRefusesEvenAQueryWithoutResults() {
        store.close();
        assertThrows(
                DatastoreClosedException.class, () -> store.query(Query.all().limit(0)));
    }

    @Test
    void theRootAsPrefixChangesNothing() {
        Datastore same = new NamespaceDatastore(new Prefix(Key.ROOT), child);
        same.put(Key.ROOT, VALUE);
        same.put(key("/a"), VALUE);
        assertEquals(child.limits(), same.limits());
        assertEquals(2, same.query(Query.all()).toList().size());
        assertTrue(child.has(Key.ROOT));
    }
}
