package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules of batches: nothing before commit, everything after it, the last write to a key wins, used once. */
interface BatchRules extends StoreRules {

    @Test
    default void aBatchShowsNothingBeforeItsCommitAndEverythingAfter() {
        Datastore store = store();
        Key replaced = Key.of("/replaced");
        Key deleted = Key.of("/deleted");
        store.put(replaced, Bytes.of("old"));
        store.put(deleted, Bytes.of("old"));
        Map<Key, byte[]> before = Map.of(replaced, Bytes.of("old"), deleted, Bytes.of("old"));
        Map<Key, byte[]> after = new LinkedHashMap<>();
        try (Batch batch = store.batch()) {
            for (int i = 0; i < 20; i++) {
                Key key = Key.of("/block/" + i);
                byte[] block = Bytes.random(256 << 10, i);
                after.put(key, block);
                batch.put(key, block);
            }
            batch.put(replaced, Bytes.of("new"));
            after.put(replaced, Bytes.of("new"));
            batch.delete(deleted);
            after.keySet().stream()
                    .filter(key -> !key.equals(replaced))
                    .forEach(key -> Expect.absent(store, key, "nothing of a batch is visible before its commit"));
            Expect.contents(store, before, "nothing of a batch is visible before its commit");
            batch.commit();
        }
        after.forEach((key, value) -> Expect.value(store, key, value, "a committed batch is visible"));
        Expect.absent(store, deleted, "a committed batch deleted its keys");
        Expect.contents(store, after, "a committed batch is visible");
    }

    @Test
    default void aBatchDeletesManyKeys() {
        Datastore store = store();
        try (Batch batch = store.batch()) {
            for (int i = 0; i < 2_100; i++) { // S3 deletes 1,000 a call
                batch.put(Key.of("/" + i), Bytes.of("value " + i));
            }
            batch.commit();
        }
        try (Batch batch = store.batch()) {
            for (int i = 0; i < 2_100; i++) {
                batch.delete(Key.of("/" + i));
            }
            batch.delete(Key.of("/never/there"));
            batch.commit();
        }
        for (int i = 0; i < 2_100; i += 100) {
            Expect.absent(store, Key.of("/" + i), "a batch deletes each of its keys");
        }
        Expect.contents(store, Map.of(), "a batch deletes each of its keys");
    }

    @Test
    default void theLastWriteToAKeyWins() {
        Datastore store = store();
        Key ka = Key.of("/a");
        Key kb = Key.of("/b");
        Key kc = Key.of("/c");
        Key kd = Key.of("/d");
        store.put(kc, Bytes.of("old"));
        store.put(kd, Bytes.of("old"));
        try (Batch batch = store.batch()) {
            batch.put(ka, new byte[] {1});
            batch.put(kb, new byte[] {2});
            batch.delete(ka);
            batch.delete(kb);
            batch.put(kb, new byte[] {3});
            batch.delete(kc);
            batch.put(kc, new byte[] {4});
            batch.put(kc, new byte[] {5});
            batch.put(kd, new byte[] {6});
            batch.delete(kd);
            batch.delete(kd);
            batch.commit();
        }
        String rule = "the last write to a key wins in a batch";
        Expect.absent(store, ka, rule);
        Expect.value(store, kb, new byte[] {3}, rule);
        Expect.value(store, kc, new byte[] {5}, rule);
        Expect.absent(store, kd, rule);
        Expect.contents(store, Map.of(kb, new byte[] {3}, kc, new byte[] {5}), rule);
    }

    @Test
    default void aClosedBatchIsDiscarded() {
        Datastore store = store();
        store.put(Key.of("/kept"), Bytes.of("old"));
        Batch batch = store.batch();
        batch.put(Key.of("/discarded"), Bytes.of("x"));
        batch.put(Key.of("/kept"), Bytes.of("x"));
        batch.delete(Key.of("/kept"));
        batch.close();
        batch.close();
        String rule = "a batch that was closed is discarded";
        assertThrows(IllegalStateException.class, batch::commit, rule + " and cannot be committed");
        Expect.contents(store, Map.of(Key.of("/kept"), Bytes.of("old")), rule);
    }

    @Test
    default void aBatchIsUsedOnce() {
        Datastore store = store();
        Batch batch = store.batch();
        batch.put(Key.of("/once"), Bytes.of("1"));
        batch.commit();
        store.put(Key.of("/once"), Bytes.of("2"));
        String rule = "a batch is used once: after commit it takes nothing more, ";
        assertThrows(IllegalStateException.class, () -> batch.put(Key.of("/more"), new byte[1]), rule + "no put");
        assertThrows(IllegalStateException.class, () -> batch.delete(Key.of("/once")), rule + "no delete");
        assertThrows(IllegalStateException.class, batch::commit, rule + "no commit");
        batch.close();
        Expect.contents(store, Map.of(Key.of("/once"), Bytes.of("2")), "closing a committed batch changes nothing");
    }

    @Test
    default void anEmptyBatchCanBeCommitted() {
        store().put(Key.of("/a"), Bytes.of("1"));
        try (Batch batch = store().batch()) {
            batch.commit();
        }
        Expect.contents(store(), Map.of(Key.of("/a"), Bytes.of("1")), "an empty batch changes nothing");
    }

    @Test
    default void batchesAreIndependent() {
        Datastore store = store();
        Key shared = Key.of("/shared");
        try (Batch first = store.batch();
                Batch second = store.batch();
                Batch third = store.batch()) {
            first.put(Key.of("/first"), Bytes.of("1"));
            second.put(Key.of("/second"), Bytes.of("2"));
            third.put(Key.of("/third"), Bytes.of("3"));
            first.put(shared, Bytes.of("from the first"));
            second.put(shared, Bytes.of("from the second"));
            second.commit();
            Expect.contents(
                    store,
                    Map.of(Key.of("/second"), Bytes.of("2"), shared, Bytes.of("from the second")),
                    "a commit applies its own batch alone");
            first.commit();
        }
        Expect.contents(
                store,
                Map.of(
                        Key.of("/first"),
                        Bytes.of("1"),
                        Key.of("/second"),
                        Bytes.of("2"),
                        shared,
                        Bytes.of("from the first")),
                "the batch that is committed last wins, whichever was begun first");
    }

    @Test
    default void aBatchTakesEveryValueThatPutTakes() {
        Datastore store = store();
        Map<Key, byte[]> values = new LinkedHashMap<>();
        for (int size : List.of(0, 1, 4096, 70_000, 3 << 20)) {
            values.put(Key.of("/size/" + size), Bytes.random(size, size));
        }
        try (Batch batch = store.batch()) {
            values.forEach(batch::put);
            batch.commit();
        }
        values.forEach((key, value) -> Expect.value(store, key, value, "a batch takes every value that put takes"));
        Expect.entries(
                store.query(Query.all()).toList(),
                Expect.entriesOf(values),
                "a batch takes every value that put takes");
    }
}
