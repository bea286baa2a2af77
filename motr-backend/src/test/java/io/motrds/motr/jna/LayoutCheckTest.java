package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.motr.Fid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library that is not known is refused, with a message that says which ones are. */
class LayoutCheckTest {
    @TempDir
    private Path folder;

    private final Map<String, String> parameters =
            new HashMap<>(StandIn.get().parameters(new Fid(((long) Fid.INDEX << 56) | 7, 1), Map.of()));

    private void refuses(Path library, String because) {
        parameters.put("library", library.toString());
        String message = assertThrows(MisconfiguredException.class, () -> Datastores.open(parameters))
                .getMessage();
        assertTrue(message.contains(because), message);
        assertTrue(message.contains(library.toString()) && message.contains("27e7f86ed"), message);
    }

    @Test
    void unknownLibrariesAreRefusedAndTheRightOneWorksAfterwards() throws IOException {
        refuses(folder.resolve("missing"), "cannot be read");
        refuses(Files.writeString(folder.resolve("short"), "x"), "cannot be read");
        refuses(Files.writeString(folder.resolve("text"), "not a library ".repeat(10)), "no library of Linux");
        refuses(StandIn.get().library().resolveSibling("overhead"), "its soname is ''");
        refuses(variant("-DSTANDIN_VERSION=\"1.9.9\""), "version '1.9.9'");
        refuses(variant("-Dm0_sync_op_init=m0_sync_begin"), "m0_sync_op_init");
        parameters.put("library", StandIn.get().library().toString());
        try (Datastore store = Datastores.open(parameters)) {
            store.put(Key.of("/a"), new byte[] {1});
            assertArrayEquals(new byte[] {1}, store.get(Key.of("/a")).orElseThrow());
        }
        StandIn.get().assertNothingLeft();
    }

    @Test
    void entitiesThatAreLaidOutOtherwiseAreNoticedBeforeTheyAreUsed() throws Exception {
        parameters.put("library", variant("-DSTANDIN_OTHER_LAYOUT=1").toString());
        try (ChildJvm child = ChildJvm.start(folder, "refused", parameters, Map.of())) {
            assertEquals(0, child.exitCode(), child::output);
            assertTrue(child.output().contains("m0_idx is not laid out as expected"), child::output);
            assertTrue(child.output().contains("27e7f86ed"), child::output);
        }
    }

    private Path variant(String options) throws IOException {
        return StandIn.variant(folder.resolve("variant" + options.hashCode()), options);
    }
}
