package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Rules of limits: what is within them is taken, what is beyond is refused before anything is written. */
interface LimitRules extends StoreRules {

    @Test
    default void aKeyAtTheLimitIsTaken() {
        Datastore store = store();
        Key key = Key.of("/" + "k".repeat(store.limits().maxKeyBytes() - 1));
        store.put(key, Bytes.of("at the limit"));
        Expect.value(store, key, Bytes.of("at the limit"), "a key of the largest size is taken");
        Expect.contents(store, Map.of(key, Bytes.of("at the limit")), "a key of the largest size is shown by a query");
        store.delete(key);
        Expect.absent(store, key, "a key of the largest size can be deleted");
    }

    @Test
    default void aKeyOverTheLimitIsRefusedByEveryMethod() {
        Datastore store = store();
        int limit = store.limits().maxKeyBytes();
        // two bytes a character: the limit counts bytes
        Key key = Key.of("/" + "é".repeat(limit / 2) + "x".repeat(limit % 2));
        Key small = Key.of("/small");
        String rule = "a key over the limit is refused by ";
        refused(limit, InvalidKeyException.class, () -> store.put(key, new byte[1]), rule + "put");
        refused(limit, InvalidKeyException.class, () -> store.get(key), rule + "get");
        refused(limit, InvalidKeyException.class, () -> store.getAll(List.of(small, key)), rule + "getAll");
        refused(limit, InvalidKeyException.class, () -> store.has(key), rule + "has");
        refused(limit, InvalidKeyException.class, () -> store.size(key), rule + "size");
        refused(limit, InvalidKeyException.class, () -> store.delete(key), rule + "delete");
        try (Batch batch = store.batch()) {
            batch.put(small, Bytes.of("taken"));
            refused(limit, InvalidKeyException.class, () -> batch.put(key, new byte[1]), rule + "a batch's put");
            refused(limit, InvalidKeyException.class, () -> batch.delete(key), rule + "a batch's delete");
            batch.commit();
        }
        Expect.contents(store, Map.of(small, Bytes.of("taken")), "what was refused is not written, the rest is");
    }

    @Test
    default void aValueAtTheLimitIsTaken() {
        Datastore store = store();
        Key key = Key.of("/at-the-limit");
        byte[] value = Bytes.random(arraySize(store.limits().maxValueBytes()), 3);
        store.put(key, value);
        Expect.value(store, key, value, "a value of the largest size is taken");
    }

    @Test
    default void aValueOverTheLimitIsRefused() {
        Datastore store = store();
        int limit = store.limits().maxValueBytes();
        byte[] value = new byte[arraySize(limit + 1L)];
        Key key = Key.of("/over-the-limit");
        Key other = Key.of("/other");
        store.put(key, Bytes.of("before"));
        refused(limit, ValueTooLargeException.class, () -> store.put(key, value), "a value over the limit is refused");
        try (Batch batch = store.batch()) {
            batch.put(other, Bytes.of("taken"));
            refused(
                    limit,
                    ValueTooLargeException.class,
                    () -> batch.put(key, value),
                    "a value over the limit is refused by a batch at once");
            batch.commit();
        }
        Expect.value(store, key, Bytes.of("before"), "what was refused changes nothing");
        Expect.value(store, other, Bytes.of("taken"), "a batch that refused a value commits the others");
    }

    private static int arraySize(long bytes) {
        if (bytes > Runtime.getRuntime().maxMemory() / 8) {
            Assumptions.abort("not run: values at the store's limit: memory for " + bytes + " bytes");
        }
        return (int) bytes;
    }

    private static void refused(int limit, Class<? extends RefusedInputException> type, Runnable call, String rule) {
        RefusedInputException refusal = Expect.failure(type, call::run, rule);
        String digits = String.valueOf(refusal.getMessage()).replaceAll("[,._]", "");
        assertTrue(digits.contains(Integer.toString(limit)), () -> rule + " with the limit in the message: " + refusal);
    }
}
