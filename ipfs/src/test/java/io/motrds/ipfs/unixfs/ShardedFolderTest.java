package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.pipeline.OrderedBlocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedFolderTest {

    private final Datastore store = Datastores.open(Map.of("type", "mem"));
    private final Blockstore blocks = new Blockstore(store);
    private final UnixFsExporter exporter = new UnixFsExporter(blocks);
    private final DagBuilder dag = new DagBuilder(blocks);
    private final Cid leaf = dag.raw("leaf".getBytes(UTF_8));

    @AfterEach
    void close() {
        store.close();
    }

    /** A sharded folder of these names, which all lead to one leaf. */
    private Cid sharded(List<String> names) {
        List<FolderNode.Entry> entries = names.stream()
                .map(name -> new FolderNode.Entry(name, new DagRoot(leaf, 4, 4)))
                .toList();
        try (OrderedBlocks ordered = new OrderedBlocks(blocks)) {
            DagRoot root = new HamtWriter("folder", entries, new NodeWriter(ordered, 1)).write(UnixFsMetadata.NONE);
            ordered.finish();
            return root.cid();
        }
    }

    private Cid shard(int fanout, byte[] bitfield, DagPbLink... links) {
        return dag.node(List.of(links), UnixFsData.encodeShard(bitfield, Murmur3.CODE, fanout, UnixFsMetadata.NONE));
    }

    private static DagPbLink link(String name, Cid cid) {
        return DagPbLink.of(cid, name, 1);
    }

    private List<String> names(Cid folder) {
        return exporter.ls(IpfsPath.of(folder)).stream().map(FolderEntry::name).toList();
    }

    private String cat(IpfsPath path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exporter.cat(path, out);
        return out.toString(UTF_8);
    }

    @Test
    void everyNameIsListedOnceAndFound() throws IOException {
        List<String> all = IntStream.range(0, 3_000)
                .mapToObj(i -> i % 3 == 0 ? "größe " + i : "n" + i)
                .toList();
        Cid folder = sharded(all);
        List<String> listed = names(folder);
        assertEquals(all.size(), listed.size());
        assertEquals(new TreeSet<>(all), new TreeSet<>(listed));
        for (String name : all) {
            assertEquals("leaf", cat(new IpfsPath(folder, List.of(name))));
        }
        for (String name : List.of("n3000", "n", "00n1", "größe")) {
            assertThrows(NotFoundException.class, () -> cat(new IpfsPath(folder, List.of(name))));
        }
        assertEquals(EntryType.FOLDER, exporter.stat(IpfsPath.of(folder)).type());
    }

    @Test
    void aShardedFolderComesBackToDisk(@TempDir Path disk) throws IOException {
        List<String> all = IntStream.range(0, 500).mapToObj(i -> "n" + i).toList();
        exporter.get(IpfsPath.of(dag.folder("sub", sharded(all))), disk.resolve("out"));
        try (var files = Files.list(disk.resolve("out/sub"))) {
            assertEquals(
                    new TreeSet<>(all),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
        assertEquals("leaf", Files.readString(disk.resolve("out/sub/n77")));
    }

    @Test
    void aNameIsFoundThroughTheShardsOnItsWayAlone() throws IOException {
        List<String> all = IntStream.range(0, 2_000).mapToObj(i -> "n" + i).toList();
        Cid folder = sharded(all);
        List<Cid> way = List.of(folder, leaf);
        long shards = 0;
        try (var stored = blocks.list()) {
            for (Cid cid : stored.toList()) {
                boolean kept = way.stream().anyMatch(each -> each.hash().equals(cid.hash()));
                if (!kept) {
                    blocks.delete(cid);
                    shards++;
                }
            }
        }
        assertTrue(shards > 200, "shards below the root: " + shards);
        // 256 places, 2000 names: hardly any is alone in the root; its shard is missed by name
        NotFoundException e = assertThrows(NotFoundException.class, () -> cat(new IpfsPath(folder, List.of("n1"))));
        assertTrue(e.getMessage().contains("block "), e.getMessage());
    }

    @Test
    void otherFanoutsAreRead() throws IOException {
        byte[] name = "x".getBytes(UTF_8);
        int eight = (int) (Murmur3.hash(name) >>> 61);
        Cid small = shard(8, new byte[] {(byte) (1 << eight)}, link(eight + "x", leaf));
        assertEquals(List.of("x"), names(small));
        assertEquals("leaf", cat(IpfsPath.parse(small + "/x")));
        int thousand = (int) (Murmur3.hash(name) >>> 54);
        byte[] field = new byte[128];
        field[127 - thousand / 8] = (byte) (1 << (thousand % 8));
        Cid large = shard(1024, field, link(String.format("%03X", thousand) + "x", leaf));
        assertEquals("leaf", cat(IpfsPath.parse(large + "/x")));
    }

    @Test
    void shardsThatLieAreRefused() {
        DagPbLink first = link("00x", leaf);
        for (Cid lie : List.of(
                shard(7, new byte[] {1}, first),
                shard(0, new byte[] {1}, first),
                shard(2048, new byte[] {1}, first),
                shard(256, new byte[] {1}), // a place without a link
                shard(256, new byte[] {}, first), // a link without a place
                shard(256, new byte[] {2}, first), // at another place than its name says
                shard(256, new byte[33], first),
                shard(8, new byte[] {1, 0}, link("0x", leaf)), // a place beyond the last
                shard(256, new byte[] {3}, link("01x", leaf), link("", leaf)),
                dag.node(List.of(first), UnixFsData.encodeShard(new byte[] {1}, 0x12, 256, UnixFsMetadata.NONE)))) {
            MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> names(lie));
            assertTrue(e.getMessage().contains(lie.toString()), e.getMessage());
        }
    }

    @Test
    void whatIsLinkedToAsAShardMustBeOne() {
        for (Cid other : List.of(leaf, dag.folder())) {
            Cid root = shard(256, new byte[] {1}, link("00", other));
            MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> names(root));
            assertTrue(e.getMessage().contains(other + " of " + root), e.getMessage());
        }
    }

    @Test
    void aShardThatIsThereTwiceIsRefusedSoThatNoBombIsRead() {
        Cid below = shard(8, new byte[] {1}, link("0x", leaf));
        for (int depth = 0; depth < 20; depth++) { // 8^20 names
            Cid child = below;
            below = shard(
                    8,
                    new byte[] {(byte) 0xff},
                    IntStream.range(0, 8).mapToObj(i -> link("" + i, child)).toArray(DagPbLink[]::new));
        }
        Cid bomb = below;
        MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> names(bomb));
        assertTrue(e.getMessage().contains("twice"), e.getMessage());
    }

    @Test
    void shardsDeeperThanAHashReachesAreRefused() {
        Cid chain = shard(8, new byte[] {1}, link("0x", leaf));
        for (int depth = 0; depth < 20; depth++) {
            chain = shard(8, new byte[] {1}, link("0", chain));
        }
        assertEquals(List.of("x"), names(chain)); // 21 times 3 bits
        Cid tooDeep = shard(8, new byte[] {1}, link("0", chain));
        MalformedBlockException e = assertThrows(MalformedBlockException.class, () -> names(tooDeep));
        assertTrue(e.getMessage().contains("deeper"), e.getMessage());
    }

    @Test
    void anEntryWhoseRootIsMissingIsListedAsThat() {
        Cid gone = Cid.v1(Cid.DAG_PB, Multihash.sha256(new byte[] {1}));
        Cid folder = dag.folder("gone", gone, "there", dag.folder());
        assertEquals(
                List.of("gone MISSING", "there FOLDER"),
                exporter.ls(IpfsPath.of(folder)).stream()
                        .map(entry -> entry.name() + " " + entry.type())
                        .toList());
    }

    @Test
    void aMissingShardIsNoMissingEntry() {
        Cid folder = sharded(Arrays.asList("a", "b", "c"));
        Cid missing = Cid.v1(Cid.DAG_PB, Multihash.sha256(new byte[] {1}));
        Cid root = shard(256, new byte[] {1}, link("00", missing));
        assertEquals(3, names(folder).size());
        NotFoundException e = assertThrows(NotFoundException.class, () -> names(root));
        assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
    }
}
