package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes get the same CID as from other implementations; the tables say which and how they were called. */
class KnownCidsTest {

    private static final long TOO_LONG_HERE = 1L << 30; // ImportMemoryTest imports one of these

    static Stream<List<String>> filesOfHelia() {
        return Vectors.rows("files-helia.tsv").stream();
    }

    static Stream<List<String>> filesOfIpfsCid() {
        return Vectors.rows("files-ipfs_cid.tsv").stream().filter(row -> Long.parseLong(row.get(0)) < TOO_LONG_HERE);
    }

    static Stream<List<String>> treesOfHelia() {
        return Vectors.rows("trees-helia.tsv").stream();
    }

    @ParameterizedTest
    @MethodSource
    void filesOfHelia(List<String> row) throws IOException {
        ImportOptions options = ImportOptions.defaults()
                .chunkSize(Integer.parseInt(row.get(1)))
                .linksPerNode(Integer.parseInt(row.get(2)))
                .cidVersion(Integer.parseInt(row.get(3)))
                .rawLeaves(Boolean.parseBoolean(row.get(4)));
        assertEquals(row.get(5), cidOf(Long.parseLong(row.get(0)), options).toString());
    }

    @ParameterizedTest
    @MethodSource
    void filesOfIpfsCid(List<String> row) throws IOException {
        Cid cid = cidOf(Long.parseLong(row.get(0)), ImportOptions.defaults());
        assertEquals(row.get(1), cid.toString());
    }

    private static Cid cidOf(long size, ImportOptions options) throws IOException {
        UnixFsImporter importer = new UnixFsImporter(new Blockstore(new DiscardingStore()), options);
        return importer.add(new GeneratedContent(size)).cid();
    }

    @ParameterizedTest
    @MethodSource
    void treesOfHelia(List<String> row, @TempDir Path folder) throws IOException {
        requireUnicodeNames(folder);
        Path tree = folder.resolve("tree");
        Vectors.makeTree(row.get(0), tree);
        ImportOptions options = ImportOptions.defaults()
                .cidVersion(Integer.parseInt(row.get(1)))
                .rawLeaves(Boolean.parseBoolean(row.get(2)));
        UnixFsImporter importer = new UnixFsImporter(new Blockstore(new DiscardingStore()), options);
        assertEquals(row.get(3), importer.add(tree).cid().toString());
    }

    @Test
    void aWrappedFileIsAFolderOfOne(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("hello.txt"), GeneratedContent.bytes(11));
        String folderOfOne = Vectors.rows("trees-helia.tsv").stream()
                .filter(row -> row.subList(0, 3).equals(List.of("one", "0", "false")))
                .findFirst()
                .orElseThrow()
                .get(3);
        UnixFsImporter importer = new UnixFsImporter(new Blockstore(new DiscardingStore()));
        assertEquals(folderOfOne, importer.addWrapped(List.of(file)).cid().toString());
    }

    /** A JVM started without a UTF-8 locale cannot write these names at all. */
    static void requireUnicodeNames(Path folder) {
        String encoding = System.getProperty("sun.jnu.encoding");
        Assumptions.assumeTrue(
                "UTF-8".equals(encoding), "not run: unicode file names: the locale is not UTF-8 but " + encoding);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 12_345, 262_144, 3_000_000, 46_000_000})
    void agreesWithIpfsCidOnThisMachine(long size, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("content");
        try (var out = Files.newOutputStream(file)) {
            new GeneratedContent(size).transferTo(out);
        }
        Process process;
        try {
            process = new ProcessBuilder("ipfs_cid", file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("not run: comparison with ipfs_cid: it is not installed (Debian package ipfs-cid)");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        Cid cid = cidOf(size, ImportOptions.defaults());
        assertEquals("{\"CIDv0\":\"" + cid + "\",\"CIDv1\":\"" + cid.toV1() + "\"}", output.trim());
    }
}
