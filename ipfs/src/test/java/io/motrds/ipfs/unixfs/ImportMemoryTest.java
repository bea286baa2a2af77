package io.motrds.ipfs.unixfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.SmallHeap;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory stays flat however large a file is: one of 1.9 GiB is imported by a JVM with a heap of 96 MiB. */
class ImportMemoryTest {

    private static final long SIZE = 2_000_000_001L;

    @Test
    void aLargeFileIsImportedInASmallHeap() throws Exception {
        String known = Vectors.rows("files-ipfs_cid.tsv").stream()
                .filter(row -> row.get(0).equals(String.valueOf(SIZE)))
                .findFirst()
                .orElseThrow()
                .get(1);
        String output = SmallHeap.outputOf(Import.class);
        assertEquals(List.of(known), List.of(output));
    }

    /** The child. */
    static final class Import {
        private Import() {}

        public static void main(String[] arguments) throws IOException {
            UnixFsImporter importer = new UnixFsImporter(new Blockstore(new DiscardingStore()));
            System.out.println(importer.add(new GeneratedContent(SIZE)).cid());
        }
    }
}
