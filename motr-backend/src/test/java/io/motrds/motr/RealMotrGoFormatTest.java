package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** go-ds-motr's format on a real cluster, when one is given, see {@link RealMotr}. */
class RealMotrGoFormatTest {
    private static final Key EMPTY = Key.of("/empty");
    private static final Key FULL = Key.of("/full");
    private static final Key OTHER = Key.of("/other");

    @TempDir
    Path folder;

    private Datastore open(Fid index) {
        Map<String, String> parameters = RealMotr.parameters(index, 0);
        parameters.put("format", "go-ds-motr");
        parameters.put("leveldbPath", folder.resolve("keys").toString());
        return Datastores.open(parameters);
    }

    @Test
    void emptyValuesAreReadBackEmpty() {
        Fid index = FakeMotrDatastoreTest.indexFor(folder);
        byte[] full = new byte[15_000];
        full[7] = 7;
        try (Datastore store = open(index)) {
            store.put(EMPTY, new byte[0]);
            try (Batch batch = store.batch()) {
                batch.put(FULL, full);
                batch.put(OTHER, new byte[0]);
                batch.commit();
            }
        }
        try (Datastore store = open(index)) {
            assertArrayEquals(new byte[0], store.get(EMPTY).orElseThrow());
            assertEquals(0, store.size(OTHER).orElseThrow());
            assertArrayEquals(full, store.get(FULL).orElseThrow());
            assertEquals(3, store.getAll(List.of(EMPTY, FULL, OTHER)).size());
            store.put(FULL, new byte[0]);
            assertEquals(0, store.size(FULL).orElseThrow());
            store.delete(EMPTY);
            assertFalse(store.has(EMPTY));
        }
    }
}
