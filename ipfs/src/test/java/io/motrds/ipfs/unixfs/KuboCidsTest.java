package io.motrds.ipfs.unixfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.ipfs.Blockstore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same input and options get the CIDs that kubo gave; kubo.tsv says which kubo. */
class KuboCidsTest {

    static Stream<KuboCase> cases() {
        return KuboCase.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theCidIsTheOneThatKuboGave(KuboCase each, @TempDir Path folder) throws IOException {
        Path made = each.make(folder);
        assertEquals(
                each.cid(),
                each.add(made, new Blockstore(new DiscardingStore())).toString());
    }
}
