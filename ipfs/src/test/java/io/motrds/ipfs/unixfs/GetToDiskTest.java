package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code get} writes what was added, and nothing anywhere else, whatever the names in the DAG say. */
class GetToDiskTest {

    private final Datastore store = Datastores.open(Map.of("type", "mem"));
    private final Blockstore blocks = new Blockstore(store);
    private final UnixFsExporter exporter = new UnixFsExporter(blocks);
    private final DagBuilder dag = new DagBuilder(blocks);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        store.close();
    }

    /** Everything below a folder: its path, with the content of files. */
    private static Map<String, String> tree(Path top) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(top)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                boolean file = Files.isRegularFile(path);
                String content =
                        file ? Multihash.sha256(Files.readAllBytes(path)).toString() : "";
                found.put(top.relativize(path).toString(), content);
            }
        }
        return found;
    }

    @Test
    void foldersComeBackAsTheyWere() throws IOException {
        KnownCidsTest.requireUnicodeNames(folder);
        Path before = folder.resolve("before");
        Vectors.makeTree("mixed", before);
        Imported imported = new UnixFsImporter(blocks).add(before);
        List<Long> progress = new ArrayList<>();
        exporter.get(
                IpfsPath.of(imported.cid()),
                folder.resolve("after"),
                GetOptions.defaults().progress(progress::add));
        assertEquals(tree(before), tree(folder.resolve("after")));
        assertEquals(imported.size(), progress.get(progress.size() - 1));
    }

    @Test
    void aFileComesBackUnderTheNameAsked() throws IOException {
        Cid cid = new UnixFsImporter(blocks).add(new GeneratedContent(600_000)).cid();
        exporter.get(IpfsPath.of(cid), folder.resolve("name"));
        assertArrayEquals(GeneratedContent.bytes(600_000), Files.readAllBytes(folder.resolve("name")));
        assertEquals(List.of("", "name"), List.copyOf(tree(folder).keySet()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/",
                "../escaped",
                "/escaped",
                "a/b",
                "..//escaped",
                "a/../../escaped",
                "a\u0000b",
                "./a",
                "a/",
                "/.."
            })
    void namesThatAreNoPlainFileNamesAreRefused(String name) throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path target = out.resolve("target");
        for (Cid root : List.of(
                dag.folder(name, dag.raw(new byte[1])), dag.folder(name, dag.folder("x", dag.raw(new byte[1]))))) {
            RefusedInputException e =
                    assertThrows(RefusedInputException.class, () -> exporter.get(IpfsPath.of(root), target));
            assertTrue(e.getMessage().contains("no file name that is safe"), e.getMessage());
            assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
        }
        assertEquals(List.of("", "out", "out/target"), List.copyOf(tree(folder).keySet()));
    }

    @Test
    void namesThatAreNoUtf8AreRefused() {
        byte[] block = {18, 11, 10, 6, 1, 0x55, 0, 2, 1, 2, 18, 1, -1, 10, 2, 8, 1};
        IpfsPath root = IpfsPath.of(blocks.put(Cid.DAG_PB, block));
        assertEquals("\ufffd", exporter.ls(root).get(0).name());
        assertThrows(RefusedInputException.class, () -> exporter.get(root, folder.resolve("out")));
    }

    @Test
    void twoEntriesOfOneNameAreRefused() {
        Cid root = dag.folder("same", dag.raw(new byte[1]), "same", dag.raw(new byte[2]));
        MalformedBlockException e = assertThrows(
                MalformedBlockException.class,
                () -> exporter.get(
                        IpfsPath.of(root),
                        folder.resolve("out"),
                        GetOptions.defaults().overwrite(true)));
        assertTrue(e.getMessage().contains("same"), e.getMessage());
    }

    @Test
    void symbolicLinksInTheTargetAreNotFollowed() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.write(outside.resolve("file"), "precious".getBytes(UTF_8));
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.createSymbolicLink(target.resolve("sub"), outside);
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("file"));
        Files.createSymbolicLink(target.resolve("dangling"), outside.resolve("new"));
        Map<String, String> before = tree(outside);
        Cid leaf = dag.raw(new byte[1]);
        for (Cid root : List.of(
                dag.folder("sub", dag.folder("file", leaf)), dag.folder("file", leaf), dag.folder("dangling", leaf))) {
            for (boolean overwrite : new boolean[] {false, true}) {
                RefusedInputException e = assertThrows(
                        RefusedInputException.class,
                        () -> exporter.get(
                                IpfsPath.of(root), target, GetOptions.defaults().overwrite(overwrite)));
                assertTrue(e.getMessage().contains("a symbolic link is there"), e.getMessage());
            }
        }
        assertThrows(
                RefusedInputException.class,
                () -> exporter.get(IpfsPath.of(dag.folder("x", leaf)), target.resolve("sub")));
        assertEquals(before, tree(outside));
    }

    @Test
    void filesThatExistAreReplacedOnlyWhenAsked() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.write(target.resolve("file"), "old".getBytes(UTF_8));
        Files.write(target.resolve("other"), "kept".getBytes(UTF_8));
        IpfsPath root = IpfsPath.of(dag.folder("file", dag.raw("new".getBytes(UTF_8))));
        RefusedInputException e = assertThrows(RefusedInputException.class, () -> exporter.get(root, target));
        assertTrue(e.getMessage().contains(target.resolve("file") + " exists"), e.getMessage());
        assertEquals("old", Files.readString(target.resolve("file")));
        exporter.get(root, target, GetOptions.defaults().overwrite(true));
        assertEquals("new", Files.readString(target.resolve("file")));
        assertEquals("kept", Files.readString(target.resolve("other")));
    }

    @Test
    void aFolderIsNeverReplacedByAFileNorAFileByAFolder() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.createDirectory(target.resolve("folder"));
        Files.createFile(target.resolve("file"));
        GetOptions overwrite = GetOptions.defaults().overwrite(true);
        Cid leaf = dag.raw(new byte[1]);
        for (Cid root : List.of(dag.folder("folder", leaf), dag.folder("file", dag.folder()))) {
            assertThrows(RefusedInputException.class, () -> exporter.get(IpfsPath.of(root), target, overwrite));
        }
        assertTrue(Files.isDirectory(target.resolve("folder")));
        assertEquals(0, Files.size(target.resolve("file")));
    }

    @Test
    void aFileThatCannotBeReadToItsEndDoesNotAppear() throws IOException {
        Cid missing = dag.raw(new byte[6]);
        IpfsPath root = IpfsPath.of(dag.file(List.of(dag.raw(new byte[5]), missing), 5, 6));
        blocks.delete(missing);
        Files.write(folder.resolve("old"), new byte[1]);
        assertThrows(NotFoundException.class, () -> exporter.get(root, folder.resolve("new")));
        assertThrows(
                NotFoundException.class,
                () -> exporter.get(
                        root, folder.resolve("old"), GetOptions.defaults().overwrite(true)));
        assertEquals(1, Files.size(folder.resolve("old")));
        assertEquals(List.of("", "old"), List.copyOf(tree(folder).keySet()));
    }
}
