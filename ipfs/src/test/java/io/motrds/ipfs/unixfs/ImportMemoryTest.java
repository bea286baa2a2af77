package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.ipfs.Blockstore;
import java.io.IOException;
import java.nio.file.Path;
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
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Import.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), UTF_8).trim();
        assertEquals(0, child.waitFor(), output);
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
