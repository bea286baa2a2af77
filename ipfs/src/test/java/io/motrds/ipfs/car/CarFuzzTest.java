package io.motrds.ipfs.car;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.UnsupportedHashException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A hostile CAR is met with a result or with the module's own exceptions, and leaves no root that it does not complete. */
class CarFuzzTest {

    @FuzzTest(maxDuration = "3m")
    void header(byte[] input) {
        List<Cid> roots;
        try {
            roots = CarHeader.decode(input);
        } catch (MalformedCarException | UnsupportedContentException e) {
            return;
        }
        assertEquals(roots, CarHeader.decode(CarHeader.encode(roots)));
    }

    @FuzzTest(maxDuration = "3m")
    void car(byte[] input) throws IOException {
        try (Datastore store = Datastores.open(Map.of("type", "mem"))) {
            Blockstore blocks = new Blockstore(store);
            try {
                CarImported imported = new CarImporter(blocks).add(new ByteArrayInputStream(input));
                imported.roots().forEach(root -> assertTrue(blocks.has(root)));
            } catch (MalformedCarException | UnsupportedContentException | UnsupportedHashException e) {
                requireNoRoot(input, blocks);
            }
        }
    }

    private static void requireNoRoot(byte[] input, Blockstore blocks) throws IOException {
        try {
            new CarReader(new ByteArrayInputStream(input))
                    .roots().stream()
                            .filter(root -> !root.hash().isIdentity())
                            .forEach(root -> assertFalse(blocks.has(root)));
        } catch (MalformedCarException | UnsupportedContentException e) {
            return;
        }
    }
}
