package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.RequestCount;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That as many of the largest records as are asked for fit a reply of a real cluster, when one is given, see {@link
 * RealMotr}. One that does not fit comes empty and is asked for again in small steps, so it shows in the number of
 * operations, which would then be more than in memory.
 */
class RealMotrListingTest {
    private static final int KEYS = 500;

    @TempDir
    Path folder;

    @Test
    void theLargestRecordsFitTheReplies() {
        Map<String, String> inMemory = new HashMap<>();
        Map<String, String> real = RealMotr.parameters(FakeMotrDatastoreTest.indexFor(folder), 0);
        real.forEach((name, value) -> {
            if (name.equals("type") || name.equals("index") || name.equals("createIndex")) {
                inMemory.put(name, value);
            }
        });
        inMemory.put("client", "fake");
        assertEquals(operations(inMemory), operations(real));
    }

    /** How many operations of Motr listing the short and the long keys takes. */
    private static List<Long> operations(Map<String, String> parameters) {
        List<Long> operations = new ArrayList<>();
        try (Datastore store = Datastores.open(parameters)) {
            RequestCount count = store.feature(RequestCount.class).orElseThrow();
            for (int keyBytes : new int[] {Layout.SHORT_KEY_BYTES, Layout.MAX_KEY_BYTES}) {
                List<Key> keys = fill(store, keyBytes);
                Query query =
                        Query.under(Key.of("/" + keyBytes)).order(Order.byKey()).keysOnly();
                long before = count.requests();
                List<Key> listed = store.query(query).toList().stream()
                        .map(entry -> entry.key())
                        .toList();
                operations.add(count.requests() - before);
                assertEquals(keys, listed);
            }
        }
        return operations;
    }

    private static List<Key> fill(Datastore store, int keyBytes) {
        List<Key> keys = new ArrayList<>();
        try (Batch batch = store.batch()) {
            for (int i = 0; i < KEYS; i++) {
                String name = String.format("/%d/%03d/", keyBytes, i);
                Key key = Key.of(name + "x".repeat(keyBytes - name.length()));
                keys.add(key);
                batch.put(key, new byte[DirectoryRecord.MAX_INLINE_BYTES]);
            }
            batch.commit();
        }
        return keys;
    }
}
