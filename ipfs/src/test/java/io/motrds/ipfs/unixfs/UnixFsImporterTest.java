package io.motrds.ipfs.unixfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixFsImporterTest {

    private static final ImportOptions SMALL =
            ImportOptions.defaults().chunkSize(100).linksPerNode(3).threads(2);

    private final RecordingStore store = new RecordingStore();
    private final Blockstore blocks = new Blockstore(store);

    @AfterEach
    void noThreadIsLeftBehind() {
        List<String> left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("motrds-import"))
                .toList();
        assertEquals(List.of(), left);
    }

    private byte[] cat(Cid cid) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new UnixFsExporter(blocks).cat(IpfsPath.of(cid), out);
        return out.toByteArray();
    }

    @Test
    void whatWasAddedComesBackWhateverTheShape() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] content = GeneratedContent.bytes(random.nextInt(5_000));
            ImportOptions options = ImportOptions.defaults()
                    .cidVersion(random.nextInt(2))
                    .rawLeaves(random.nextBoolean())
                    .chunkSize(1 + random.nextInt(300))
                    .linksPerNode(2 + random.nextInt(10))
                    .trickle(random.nextBoolean())
                    .threads(1 + random.nextInt(3));
            Imported imported = new UnixFsImporter(blocks, options).add(new ByteArrayInputStream(content));
            assertEquals(content.length, imported.size());
            assertArrayEquals(content, cat(imported.cid()), options.toString());
        }
    }

    @Test
    void buffersAreReusedButNeverTooEarly() throws IOException {
        // many times what may be on the way, so that every buffer is used often
        byte[] content = GeneratedContent.bytes(40_000_001);
        store.beforeBatch = number -> pause(2);
        Imported imported = new UnixFsImporter(
                        blocks, ImportOptions.defaults().chunkSize(20_000).threads(3))
                .add(new ByteArrayInputStream(content));
        assertArrayEquals(content, cat(imported.cid()));
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError("the store's thread was interrupted", e);
        }
    }

    @Test
    void dagSizeIsTheSizeOfAllBlocks() throws IOException {
        Imported imported = new UnixFsImporter(blocks, SMALL).add(new GeneratedContent(10_000));
        long stored = store.values().values().stream()
                .mapToLong(block -> block.length)
                .sum();
        assertEquals(stored, imported.dagSize());
    }

    @Test
    void theRootIsWrittenLastAndThenMadeDurable(@TempDir Path folder) throws IOException {
        Files.write(Files.createDirectory(folder.resolve("sub")).resolve("file"), GeneratedContent.bytes(5_000));
        for (int round = 0; round < 2; round++) {
            Imported imported = round == 0
                    ? new UnixFsImporter(blocks).add(new GeneratedContent(20_000_000))
                    : new UnixFsImporter(blocks, SMALL).add(folder);
            List<List<Key>> batches = store.batches();
            assertEquals(List.of(blocks.key(imported.cid())), batches.get(batches.size() - 1));
            assertEquals(round + 1, store.syncs());
        }
        assertTrue(store.batches().size() > 4, "several batches, and the roots");
    }

    @Test
    void batchesAreBounded() throws IOException {
        new UnixFsImporter(blocks).add(new GeneratedContent(20_000_000));
        store.batches().forEach(batch -> assertTrue(batch.size() <= 33, "8 MiB and a block: " + batch.size()));
    }

    @Test
    void aFailureOfTheStoreIsTheOneThatIsThrown() {
        for (int failing : new int[] {0, 1, 3}) {
            RuntimeException failure = new DatastoreUnavailableException("gone");
            store.beforeBatch = number -> {
                if (number >= failing) {
                    throw failure;
                }
            };
            EndlessContent content = new EndlessContent();
            Throwable thrown = assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> assertThrows(
                            DatastoreUnavailableException.class, () -> new UnixFsImporter(blocks).add(content)));
            assertSame(failure, thrown.getCause() == null ? thrown : thrown.getCause());
            assertTrue(content.position < 200_000_000, "stopped promptly, not after " + content.position + " bytes");
        }
    }

    private static final class EndlessContent extends InputStream {
        private long position;

        @Override
        public int read() {
            return (int) (position++ & 0xff);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            position += length;
            return length;
        }
    }

    @Test
    void aFailureToReadIsTheOneThatIsThrownAndNoRootIsWritten() {
        IOException failure = new IOException("disk gone");
        InputStream content = new FilterInputStream(new GeneratedContent(200_000)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                if (count < 0) {
                    throw failure;
                }
                return count;
            }
        };
        assertSame(failure, assertThrows(IOException.class, () -> new UnixFsImporter(blocks, SMALL).add(content)));
        assertEquals(0, store.syncs());
    }

    @Test
    void whatAListenerThrowsEndsTheImport() {
        IllegalStateException failure = new IllegalStateException("no more");
        ImportListener listener = new ImportListener() {
            @Override
            public void progress(long bytes) {
                throw failure;
            }
        };
        UnixFsImporter importer =
                new UnixFsImporter(blocks, ImportOptions.defaults().listener(listener));
        assertSame(
                failure,
                assertThrows(IllegalStateException.class, () -> importer.add(new GeneratedContent(1_000_000))));
    }

    @Test
    void anInterruptEndsTheImportWithoutInterruptingTheStore() {
        Thread importing = Thread.currentThread();
        store.beforeBatch = number -> {
            importing.interrupt();
            pause(20); // fails when this thread is interrupted
        };
        assertThrows(InterruptedIOException.class, () -> new UnixFsImporter(blocks).add(new EndlessContent()));
        assertTrue(Thread.interrupted());
    }

    @Test
    void aListenerHearsEachFileAndFolderAndHowFarItIs(@TempDir Path folder) throws IOException {
        Path top = Files.createDirectory(folder.resolve("top"));
        Files.write(top.resolve("b"), GeneratedContent.bytes(250));
        Files.write(Files.createDirectory(top.resolve("a")).resolve("c"), GeneratedContent.bytes(0));
        List<String> heard = new ArrayList<>();
        List<Long> progress = new ArrayList<>();
        ImportListener listener = new ImportListener() {
            @Override
            public void progress(long bytes) {
                progress.add(bytes);
            }

            @Override
            public void added(String path, Cid cid, long size) {
                heard.add(path + " " + size);
            }
        };
        new UnixFsImporter(blocks, SMALL.listener(listener)).add(top);
        assertEquals(List.of("top/a/c 0", "top/a 0", "top/b 250", "top 250"), heard);
        assertEquals(List.of(0L, 100L, 200L, 250L), progress);
    }

    @Test
    void hiddenFilesOfAFolderAreLeftOutUnlessAskedFor(@TempDir Path folder) throws IOException {
        Path top = Files.createDirectory(folder.resolve(".top"));
        Files.write(top.resolve("seen"), new byte[1]);
        Cid alone = new UnixFsImporter(blocks).add(top).cid();
        Files.write(Files.createDirectory(top.resolve(".git")).resolve("config"), new byte[1]);
        Files.write(top.resolve(".hidden"), new byte[1]);
        assertEquals(alone, new UnixFsImporter(blocks).add(top).cid());
        Cid all = new UnixFsImporter(blocks, ImportOptions.defaults().hidden(true))
                .add(top)
                .cid();
        assertNotEquals(alone, all);
        assertEquals(
                List.of(".git", ".hidden", "seen"),
                new UnixFsExporter(blocks)
                        .ls(IpfsPath.of(all)).stream().map(FolderEntry::name).toList());
        assertEquals(1, new UnixFsImporter(blocks).add(top.resolve(".hidden")).size());
    }

    @Test
    void specialFilesAreRefusedByPath(@TempDir Path folder) throws IOException {
        Path top = Files.createDirectory(folder.resolve("top"));
        Path socket = top.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertRefused(top, socket + ": it is a pipe, socket or device");
        }
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) {
        Path missing = folder.resolve("missing");
        IOException e = assertThrows(IOException.class, () -> new UnixFsImporter(blocks).add(missing));
        assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
    }

    @Test
    void foldersTooDeepInEachOtherAreRefused(@TempDir Path folder) throws IOException {
        Path deepest = folder;
        for (int i = 0; i < FolderNode.MAX_NESTING; i++) {
            deepest = Files.createDirectory(deepest.resolve("d"));
        }
        new UnixFsImporter(blocks).add(folder.resolve("d"));
        assertRefused(folder, "folders lie in each other");
    }

    @Test
    void wrappingNeedsDistinctNames(@TempDir Path folder) throws IOException {
        Path a = Files.write(folder.resolve("same"), new byte[1]);
        Path b = Files.write(Files.createDirectory(folder.resolve("sub")).resolve("same"), new byte[2]);
        UnixFsImporter importer = new UnixFsImporter(blocks);
        assertThrows(RefusedInputException.class, () -> importer.addWrapped(List.of(a, b)));
        assertThrows(RefusedInputException.class, () -> importer.addWrapped(List.of(Path.of("/"))));
        Cid both = importer.addWrapped(List.of(b.getParent(), a)).cid();
        assertEquals(
                List.of("same", "sub"),
                new UnixFsExporter(blocks)
                        .ls(IpfsPath.of(both)).stream().map(FolderEntry::name).toList());
        assertEquals(0, importer.addWrapped(List.of()).size());
    }

    private void assertRefused(Path path, String why) {
        RefusedInputException e = assertThrows(RefusedInputException.class, () -> new UnixFsImporter(blocks).add(path));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void optionsOutOfRangeAreRefusedWithWhatIsAllowed() {
        ImportOptions options = ImportOptions.defaults();
        assertThrows(RefusedInputException.class, () -> options.cidVersion(2));
        assertThrows(RefusedInputException.class, () -> options.chunkSize(0));
        assertThrows(RefusedInputException.class, () -> options.chunkSize(ImportOptions.MAX_CHUNK_SIZE + 1));
        assertThrows(RefusedInputException.class, () -> options.linksPerNode(1));
        assertThrows(RefusedInputException.class, () -> options.threads(0));
        assertThrows(RefusedInputException.class, () -> options.threads(ImportOptions.MAX_THREADS + 1));
        RefusedInputException e = assertThrows(RefusedInputException.class, () -> options.chunker("rabin-1-2-3"));
        assertTrue(e.getMessage().contains("size-N"), e.getMessage());
        assertEquals(1000, options.chunker("size-1000").chunkSize());
        assertEquals(256 << 10, options.chunkSize(5).chunker("default").chunkSize());
        assertTrue(options.cidVersion(1).rawLeaves());
        assertFalse(options.cidVersion(1).rawLeaves(false).rawLeaves());
        assertFalse(options.cidVersion(1).cidVersion(0).rawLeaves());
    }

    @ParameterizedTest
    @ValueSource(strings = {"size-", "size-0", "size--1", "size-9999999999", "size-1x", "", "buzhash", "SIZE-5"})
    void otherChunkersAreRefused(String chunker) {
        assertThrows(RefusedInputException.class, () -> ImportOptions.defaults().chunker(chunker));
    }

    @Test
    void theLargestBlockFitsTheLimit() throws IOException {
        ImportOptions options = ImportOptions.defaults().chunkSize(ImportOptions.MAX_CHUNK_SIZE);
        Imported imported = new UnixFsImporter(blocks, options).add(new GeneratedContent(5_000_000));
        assertEquals(5_000_000, cat(imported.cid()).length);
        store.values().values().forEach(block -> assertTrue(block.length <= Blockstore.MAX_BLOCK_BYTES));
    }
}
