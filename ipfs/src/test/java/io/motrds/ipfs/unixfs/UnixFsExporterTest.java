package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class UnixFsExporterTest {

    private final Datastore store = Datastores.open(Map.of("type", "mem"));
    private final Blockstore blocks = new Blockstore(store);
    private final UnixFsExporter exporter = new UnixFsExporter(blocks);
    private final DagBuilder dag = new DagBuilder(blocks);

    @AfterEach
    void close() {
        store.close();
    }

    private byte[] cat(IpfsPath path, long offset, long length) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            exporter.cat(path, offset, length, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] cat(Cid cid) {
        return cat(IpfsPath.of(cid), 0, Long.MAX_VALUE);
    }

    private Cid add(byte[] content, ImportOptions options) throws IOException {
        return new UnixFsImporter(blocks, options)
                .add(new ByteArrayInputStream(content))
                .cid();
    }

    @Test
    void everyRangeIsThatOfTheContent() throws IOException {
        byte[] content = GeneratedContent.bytes(1_000);
        Random random = new Random(2);
        for (boolean raw : new boolean[] {true, false}) {
            IpfsPath path = IpfsPath.of(add(
                    content,
                    ImportOptions.defaults().chunkSize(7).linksPerNode(4).rawLeaves(raw)));
            for (int i = 0; i < 500; i++) {
                int offset = random.nextInt(1_100);
                int length = random.nextInt(300);
                int from = Math.min(offset, 1_000);
                int to = Math.min(offset + length, 1_000);
                byte[] expected = Arrays.copyOfRange(content, from, to);
                assertArrayEquals(expected, cat(path, offset, length), offset + " " + length);
                try (InputStream in = exporter.open(path, offset, length)) {
                    assertArrayEquals(expected, in.readAllBytes());
                }
            }
            assertArrayEquals(new byte[0], cat(path, Long.MAX_VALUE, Long.MAX_VALUE));
            assertArrayEquals(content, cat(path, 0, Long.MAX_VALUE));
        }
    }

    @Test
    void aStreamReadsByteByByteToo() throws IOException {
        byte[] content = GeneratedContent.bytes(300);
        Cid cid = add(content, ImportOptions.defaults().chunkSize(7));
        try (InputStream in = exporter.open(IpfsPath.of(cid), 0, Long.MAX_VALUE)) {
            for (byte b : content) {
                assertEquals(b & 0xff, in.read());
            }
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[1], 0, 1));
            assertEquals(0, in.read(new byte[1], 0, 0));
        }
    }

    @Test
    void aRangeReadsOnlyTheBlocksThatHoldIt() throws IOException {
        byte[] content = GeneratedContent.bytes(10_000);
        Cid root = add(content, ImportOptions.defaults().chunkSize(10).linksPerNode(10));
        IpfsPath path = IpfsPath.of(root);
        byte[] leaf = Arrays.copyOfRange(content, 5_000, 5_010);
        Cid leafCid = add(leaf, ImportOptions.defaults());
        // of everything else only the way from the root is left
        List<Cid> way = List.of(root, childOf(root, 5), childOf(childOf(root, 5), 0), leafCid);
        assertEquals(leafCid.hash(), childOf(way.get(2), 0).hash());
        try (Stream<Cid> all = blocks.list()) {
            all.toList().stream()
                    .filter(cid -> way.stream().noneMatch(kept -> kept.hash().equals(cid.hash())))
                    .forEach(blocks::delete);
        }
        assertArrayEquals(leaf, cat(path, 5_000, 10));
        NotFoundException e = assertThrows(NotFoundException.class, () -> cat(path, 5_000, 11));
        assertTrue(e.getMessage().contains(root.toString()), e.getMessage());
    }

    private Cid childOf(Cid parent, int index) {
        return DagPbNode.decode(blocks.require(parent)).links().get(index).cid();
    }

    @Test
    void negativeRangesAreRefused() throws IOException {
        IpfsPath path = IpfsPath.of(add(new byte[1], ImportOptions.defaults()));
        assertThrows(RefusedInputException.class, () -> cat(path, -1, 1));
        assertThrows(RefusedInputException.class, () -> cat(path, 0, -1));
    }

    @Test
    void pathsLeadThroughFolders(@TempDir Path folder) throws IOException {
        Files.write(Files.createDirectories(folder.resolve("a/b")).resolve("c.txt"), "text".getBytes(UTF_8));
        Cid root = new UnixFsImporter(blocks).add(folder).cid();
        for (String path : List.of("/a/b/c.txt", "//a/b//c.txt", "/a/b/c.txt/")) {
            assertEquals("text", new String(cat(IpfsPath.parse(root + path), 0, 10), UTF_8));
            assertEquals("text", new String(cat(IpfsPath.parse("/ipfs/" + root + path), 0, 10), UTF_8));
        }
        assertEquals(root + "/a/b", IpfsPath.parse("/ipfs/" + root + "/a/b/").toString());
        assertEquals("c.txt", exporter.stat(IpfsPath.parse(root + "/a/b/c.txt")).name());
        assertThrows(InvalidCidException.class, () -> IpfsPath.parse("/etc/passwd"));
        assertThrows(InvalidCidException.class, () -> IpfsPath.parse(""));
    }

    @Test
    void whatIsNotThereIsNotFoundByName(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("file"), new byte[1]);
        Cid root = new UnixFsImporter(blocks).add(folder).cid();
        for (String path : List.of("/no", "/..", "/file/below", "/File")) {
            NotFoundException e =
                    assertThrows(NotFoundException.class, () -> exporter.stat(IpfsPath.parse(root + path)));
            assertTrue(e.getMessage().contains(root.toString()), e.getMessage());
        }
        Cid unknown = Cid.v0(Multihash.sha256(new byte[] {42}));
        NotFoundException e = assertThrows(NotFoundException.class, () -> exporter.ls(IpfsPath.of(unknown)));
        assertTrue(e.getMessage().contains(unknown.toString()), e.getMessage());
    }

    @Test
    void aMissingPartIsNotFoundWithItsPath() {
        Cid missing = Cid.v1(Cid.RAW, Multihash.sha256(new byte[5]));
        Cid file = dag.file(List.of(dag.raw(new byte[5]), missing), 5, 5);
        blocks.delete(missing);
        Cid folder = dag.folder("sub", dag.folder("broken", file));
        NotFoundException e =
                assertThrows(NotFoundException.class, () -> cat(IpfsPath.parse(folder + "/sub/broken"), 0, 10));
        assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(folder + "/sub/broken"), e.getMessage());
    }

    @Test
    void aDamagedPartIsNamed() throws IOException {
        Cid leaf = dag.raw(new byte[5]);
        Cid file = dag.file(List.of(leaf), 5);
        store.put(blocks.key(leaf), new byte[6]);
        CorruptDataException e = assertThrows(CorruptDataException.class, () -> cat(file));
        assertTrue(e.getMessage().contains(leaf.toString()), e.getMessage());
    }

    @Test
    void aFolderIsListedWithSizesAndTypes(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("small"), new byte[7]);
        Files.write(folder.resolve("large"), new byte[600_000]);
        Files.createDirectory(folder.resolve("empty"));
        Cid plain = new UnixFsImporter(blocks).add(folder).cid();
        Cid raw = new UnixFsImporter(blocks, ImportOptions.defaults().cidVersion(1))
                .add(folder)
                .cid();
        for (Cid root : List.of(plain, raw)) {
            List<FolderEntry> entries = exporter.ls(IpfsPath.of(root));
            assertEquals(
                    List.of("empty FOLDER 0", "large FILE 600000", "small FILE 7"),
                    entries.stream()
                            .map(e -> e.name() + " " + e.type() + " " + e.size())
                            .toList());
            assertEquals(entries.get(1), exporter.stat(IpfsPath.parse(root + "/large")));
            assertEquals(List.of(entries.get(1)), exporter.ls(IpfsPath.parse(root + "/large")));
            assertEquals(EntryType.FOLDER, exporter.stat(IpfsPath.of(root)).type());
        }
        assertEquals(List.of(), exporter.ls(IpfsPath.parse(plain + "/empty")));
    }

    @Test
    void otherKindsAreListedButRefusedToBeRead(@TempDir Path target) {
        Cid odd = dag.node(List.of(), DagBuilder.unixFs(UnixFsType.METADATA, "x".getBytes(UTF_8), null));
        Cid folder = dag.folder("odd", odd);
        assertEquals(1, exporter.ls(IpfsPath.of(folder)).size());
        assertFalse(exporter.ls(IpfsPath.of(folder)).get(0).type() == EntryType.FILE);
        for (Executable read : List.<Executable>of(
                () -> cat(IpfsPath.parse(folder + "/odd"), 0, 1),
                () -> exporter.ls(IpfsPath.of(odd)),
                () -> exporter.stat(IpfsPath.parse(folder + "/odd/below")),
                () -> exporter.get(IpfsPath.of(folder), target.resolve("out")))) {
            UnsupportedContentException e = assertThrows(UnsupportedContentException.class, read);
            assertTrue(e.getMessage().contains("cannot be read as file or folder"), e.getMessage());
            assertTrue(e.getMessage().contains(odd.toString()), e.getMessage());
        }
    }

    @Test
    void otherCodecsAreListedButRefusedToBeRead() {
        Cid cbor = blocks.put(0x71, new byte[] {(byte) 0xa0});
        Cid folder = dag.folder("data", cbor);
        assertEquals(EntryType.OTHER, exporter.ls(IpfsPath.of(folder)).get(0).type());
        UnsupportedContentException e = assertThrows(UnsupportedContentException.class, () -> cat(cbor));
        assertTrue(e.getMessage().contains("0x71"), e.getMessage());
    }

    @Test
    void aFolderIsNoFile() {
        Cid folder = dag.folder();
        RefusedInputException e = assertThrows(RefusedInputException.class, () -> cat(folder));
        assertTrue(e.getMessage().contains("is a folder"), e.getMessage());
    }

    @Test
    void aNodeOfAFileMayHaveContentOfItsOwnBeforeItsChildrens() {
        Cid leaf = dag.raw("children".getBytes(UTF_8));
        Cid file = dag.node(
                List.of(DagPbLink.of(leaf, "", 8)), DagBuilder.unixFs(UnixFsType.FILE, "own ".getBytes(UTF_8), 12L, 8));
        assertEquals("own children", new String(cat(file), UTF_8));
        assertEquals("n chi", new String(cat(IpfsPath.of(file), 2, 5), UTF_8));
    }

    @Test
    void identityCidsAreReadAsPartsOfFiles() {
        Cid inline = Cid.v1(Cid.RAW, Multihash.identity("inline".getBytes(UTF_8)));
        assertEquals("inlineinline", new String(cat(dag.file(List.of(inline, inline), 6, 6)), UTF_8));
        assertEquals("inline", new String(cat(inline), UTF_8));
    }

    // lies

    private void assertMalformed(Cid named, Cid root) {
        MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> cat(root));
        assertTrue(e.getMessage().contains(named.toString()), e.getMessage());
    }

    @Test
    void childrenOfAnotherSizeThanClaimedAreRefused() {
        Cid leaf = dag.raw(new byte[5]);
        assertMalformed(leaf, dag.file(List.of(leaf), 4));
        assertMalformed(leaf, dag.file(List.of(leaf), 6));
        Cid inner = dag.file(List.of(leaf), 5);
        assertMalformed(inner, dag.file(List.of(inner, leaf), 6, 5));
    }

    @Test
    void sizesThatDoNotAddUpAreRefused() {
        Cid leaf = dag.raw(new byte[5]);
        List<DagPbLink> one = List.of(DagPbLink.of(leaf, "", 5));
        for (byte[] lie : List.of(
                DagBuilder.unixFs(UnixFsType.FILE, null, 6L, 5),
                DagBuilder.unixFs(UnixFsType.FILE, new byte[1], 5L, 5),
                DagBuilder.unixFs(UnixFsType.FILE, null, 5L),
                DagBuilder.unixFs(UnixFsType.FILE, null, 10L, 5, 5),
                DagBuilder.unixFs(UnixFsType.FILE, null, -1L, 5),
                DagBuilder.unixFs(UnixFsType.FILE, null, null, -5),
                new byte[0],
                new byte[] {8, 6},
                new byte[] {8, 2, 18, 100})) {
            Cid root = dag.node(one, lie);
            assertMalformed(root, root);
        }
        Cid noData = dag.node(one, null);
        assertMalformed(noData, noData);
        Cid overflow = dag.node(
                List.of(one.get(0), one.get(0)),
                DagBuilder.unixFs(UnixFsType.FILE, null, null, Long.MAX_VALUE, Long.MAX_VALUE));
        assertMalformed(overflow, overflow);
    }

    @Test
    void aFileMayLeaveOutItsSize() {
        Cid leaf = dag.raw(new byte[5]);
        Cid root = dag.node(List.of(DagPbLink.of(leaf, "", 5)), DagBuilder.unixFs(UnixFsType.FILE, null, null, 5));
        assertArrayEquals(new byte[5], cat(root));
    }

    @Test
    void foldersAndOtherKindsWithinAFileAreRefused() {
        Cid folder = dag.folder();
        assertMalformed(folder, dag.file(List.of(folder), 5));
        Cid link = dag.node(List.of(), DagBuilder.unixFs(UnixFsType.SYMLINK, new byte[5], null));
        assertMalformed(link, dag.file(List.of(link), 5));
    }

    @Test
    void aFileThatNestsTooDeepIsRefused() {
        Cid node = dag.raw(new byte[5]);
        for (int i = 0; i < FileReader.MAX_DEPTH; i++) {
            node = dag.file(List.of(node), 5);
        }
        assertArrayEquals(new byte[5], cat(node));
        Cid tooDeep = dag.file(List.of(node), 5);
        MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> cat(tooDeep));
        assertTrue(e.getMessage().contains("nodes lie above it"), e.getMessage());
    }

    @Test
    void foldersThatNestTooDeepAreRefused(@TempDir Path target) throws IOException {
        Cid folder = dag.folder();
        for (int i = 1; i < FolderNode.MAX_NESTING; i++) {
            folder = dag.folder("d", folder);
        }
        exporter.get(IpfsPath.of(folder), target.resolve("fits"));
        IpfsPath tooDeep = IpfsPath.of(dag.folder("d", folder));
        MalformedBlockException e =
                assertThrows(MalformedBlockException.class, () -> exporter.get(tooDeep, target.resolve("too-deep")));
        assertTrue(e.getMessage().contains("folders lie above it"), e.getMessage());
    }

    @Test
    void emptyPartsAreNotVisitedSoThatABombOfNothingIsRead() {
        Cid nothing = dag.raw(new byte[0]);
        for (int i = 0; i < 20; i++) {
            nothing = dag.file(Collections.nCopies(1_000, nothing), new long[1_000]); // 1000^20 empty leaves
        }
        assertArrayEquals(new byte[0], cat(nothing));
        Cid oneByte = dag.raw(new byte[1]);
        assertArrayEquals(new byte[1], cat(dag.file(List.of(nothing, oneByte, nothing), 0, 1, 0)));
    }

    @Test
    void anEndlessFileIsReadAsFarAsAsked() {
        Cid part = dag.raw(new byte[] {7});
        long size = 1;
        for (int i = 0; i < 6; i++) {
            long[] sizes = new long[1_000];
            Arrays.fill(sizes, size);
            part = dag.file(Collections.nCopies(1_000, part), sizes);
            size *= 1_000;
        }
        assertEquals(size, exporter.stat(IpfsPath.of(part)).size());
        assertArrayEquals(new byte[] {7, 7, 7}, cat(IpfsPath.of(part), size - 3, 10));
        assertEquals(5_000, cat(IpfsPath.of(part), size / 2, 5_000).length);
    }

    @Test
    void corruptBlocksAreRefusedWhereverTheyAre(@TempDir Path target) {
        Cid garbage = blocks.put(Cid.DAG_PB, "no dag-pb at all".getBytes(UTF_8));
        assertMalformed(garbage, garbage);
        assertMalformed(garbage, dag.file(List.of(garbage), 5));
        Cid folder = dag.folder("x", garbage);
        assertThrows(MalformedBlockException.class, () -> exporter.ls(IpfsPath.of(folder)));
        assertThrows(MalformedBlockException.class, () -> exporter.get(IpfsPath.of(folder), target.resolve("y")));
    }
}
