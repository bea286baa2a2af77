package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.ProtobufWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Symbolic links, modes and times, in and out. */
class MetadataTest {

    private static final Instant THEN = Instant.parse("2001-02-03T04:05:06.123456Z");

    private final Datastore store = Datastores.open(Map.of("type", "mem"));
    private final Blockstore blocks = new Blockstore(store);
    private final UnixFsExporter exporter = new UnixFsExporter(blocks);
    private final DagBuilder dag = new DagBuilder(blocks);

    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void nameTarget() {
        target = folder.resolve("target");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static UnixFsMetadata metadata(int mode) {
        return new UnixFsMetadata(OptionalInt.of(mode), Optional.of(THEN));
    }

    private Cid symlink(String leadsTo) {
        return dag.node(List.of(), UnixFsData.encodeSymlink(leadsTo.getBytes(UTF_8), metadata(0777)));
    }

    private static Instant mtime(Path path) throws IOException {
        return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void whatIsPreservedComesBack() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Path file = Files.writeString(tree.resolve("file"), "content");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("../elsewhere"));
        Path sub = Files.createDirectory(tree.resolve("sub"));
        Files.createFile(sub.resolve("below"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        Files.setPosixFilePermissions(sub, PosixFilePermissions.fromString("r-x------")); // nothing may be made in it
        ImportOptions all = ImportOptions.defaults().preserveMode(true).preserveMtime(true);
        Cid root = new UnixFsImporter(blocks, all).add(tree).cid();
        exporter.get(IpfsPath.of(root), target);
        for (String name : List.of("", "file", "link", "sub", "sub/below")) {
            assertEquals(mode(tree.resolve(name)), mode(target.resolve(name)), name);
        }
        for (String name : List.of("", "file", "sub", "sub/below")) {
            assertEquals(mtime(tree.resolve(name)), mtime(target.resolve(name)), name);
        }
        assertEquals(Path.of("../elsewhere"), Files.readSymbolicLink(target.resolve("link")));
        assertEquals(
                root,
                new UnixFsImporter(blocks, all.preserveMtime(true)).add(tree).cid());
    }

    @Test
    void aSymbolicLinkGetsItsTime() throws IOException {
        exporter.get(IpfsPath.of(symlink("anything")), target);
        assertEquals(Path.of("anything"), Files.readSymbolicLink(target));
        assertEquals(THEN, mtime(target));
    }

    @Test
    void listingsTellThem() {
        Cid root = dag.folder("link", symlink("there"));
        FolderEntry entry = exporter.ls(IpfsPath.of(root)).get(0);
        assertEquals(EntryType.SYMLINK, entry.type());
        assertEquals(Optional.of("there"), entry.target());
        assertEquals(metadata(0777), entry.metadata());
        assertEquals(entry, exporter.stat(IpfsPath.parse(root + "/link")));
        assertEquals(List.of(entry), exporter.ls(IpfsPath.parse(root + "/link")));
    }

    @Test
    void symbolicLinksAreNotFollowedWhenRead() {
        Cid root = dag.folder("link", symlink("file"), "file", dag.raw(new byte[1]));
        RefusedInputException read = assertThrows(
                RefusedInputException.class,
                () -> exporter.cat(IpfsPath.parse(root + "/link"), new ByteArrayOutputStream()));
        assertTrue(read.getMessage().contains("symbolic link to \"file\""), read.getMessage());
        NotFoundException below =
                assertThrows(NotFoundException.class, () -> exporter.stat(IpfsPath.parse(root + "/link/x")));
        assertTrue(below.getMessage().contains("not followed"), below.getMessage());
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheDag() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Cid withLink = dag.folder("x", symlink(outside.toString()));
        Cid withFolder = dag.folder("x", dag.folder("file", dag.raw(new byte[1])));
        exporter.get(IpfsPath.of(withLink), target);
        for (boolean overwrite : new boolean[] {false, true}) {
            GetOptions options = GetOptions.defaults().overwrite(overwrite);
            assertThrows(RefusedInputException.class, () -> exporter.get(IpfsPath.of(withFolder), target, options));
        }
        Cid both = dag.folder("x", symlink(outside.toString()), "x", dag.folder("file", dag.raw(new byte[1])));
        assertThrows(MalformedBlockException.class, () -> exporter.get(IpfsPath.of(both), folder.resolve("again")));
        try (var files = Files.list(outside)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aLinkReplacesALinkOnlyWhenAskedAndNeverAFile() throws IOException {
        exporter.get(IpfsPath.of(symlink("old")), target);
        IpfsPath link = IpfsPath.of(symlink("new"));
        assertThrows(RefusedInputException.class, () -> exporter.get(link, target));
        exporter.get(link, target, GetOptions.defaults().overwrite(true));
        assertEquals(Path.of("new"), Files.readSymbolicLink(target));
        Path file = Files.createFile(folder.resolve("file"));
        assertThrows(
                RefusedInputException.class,
                () -> exporter.get(link, file, GetOptions.defaults().overwrite(true)));
        assertTrue(Files.isRegularFile(file));
    }

    @Test
    void linksToNothingOrToNoPathAreRefused() {
        for (String leadsTo : List.of("", "a\0b")) {
            assertThrows(
                    MalformedBlockException.class, () -> exporter.get(IpfsPath.of(symlink(leadsTo)), target), leadsTo);
            assertFalse(Files.exists(target, LinkOption.NOFOLLOW_LINKS));
        }
    }

    @Test
    void contentFromAnybodyGetsNoSetUserId() throws IOException {
        byte[] file = new ProtobufWriter(32)
                .number(1, 2)
                .number(3, 0)
                .number(7, 06755)
                .toBytes();
        Cid root = dag.node(List.of(), file);
        assertEquals(
                OptionalInt.of(06755),
                exporter.stat(IpfsPath.of(root)).metadata().mode());
        exporter.get(IpfsPath.of(root), target);
        assertEquals(0755, (Integer) Files.getAttribute(target, "unix:mode") & 07777);
    }

    @Test
    void timesThatAreNoneAreAsGoodAsAbsent() {
        byte[] fraction =
                new ProtobufWriter(16).number(1, 5).fixed32(2, 1_000_000_000).toBytes();
        byte[] far = new ProtobufWriter(16).number(1, Long.MAX_VALUE).toBytes();
        byte[] unknown = new ProtobufWriter(16).number(1, 5).number(9, 9).toBytes();
        assertEquals(Optional.empty(), decode(fraction).mtime());
        assertEquals(Optional.empty(), decode(far).mtime());
        assertEquals(Optional.of(Instant.ofEpochSecond(5)), decode(unknown).mtime());
        assertThrows(MalformedBlockException.class, () -> decode(new byte[0]));
    }

    private static UnixFsMetadata decode(byte[] time) {
        byte[] message = new ProtobufWriter(32).number(1, 1).bytes(8, time).toBytes();
        return UnixFsData.decode(ByteBuffer.wrap(message), 0).metadata();
    }

    @Test
    void metadataAndRawLeavesExcludeEachOther() {
        ImportOptions raw = ImportOptions.defaults().cidVersion(1);
        assertTrue(raw.rawLeaves());
        assertFalse(raw.mode(0644).rawLeaves());
        assertFalse(raw.preserveMtime(true).cidVersion(1).rawLeaves());
        assertTrue(raw.mode(0).rawLeaves());
        RefusedInputException e =
                assertThrows(RefusedInputException.class, () -> raw.mtime(THEN).rawLeaves(true));
        assertTrue(e.getMessage().contains("raw leaves"), e.getMessage());
        assertThrows(RefusedInputException.class, () -> raw.mode(010000));
    }
}
