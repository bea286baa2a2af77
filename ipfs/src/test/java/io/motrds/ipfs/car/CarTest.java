package io.motrds.ipfs.car;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.cid.UnsignedVarint;
import io.motrds.ipfs.cid.UnsupportedHashException;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.unixfs.ImportOptions;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.RecordingStore;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import io.motrds.ipfs.unixfs.UnixFsImporter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CarTest {

    /** A folder that holds a file "a" of five bytes, "hello"; and its CAR as {@code ipfs dag export} of kubo 0.43.0 wrote it. */
    private static final String FOLDER = "QmSjwuQC95jZLLUydxm8iAy3PvxHYpHkM683z2afGWsoQ8";

    private static final String CAR_OF_KUBO =
            "38a265726f6f747381d82a582300122041668c6750ade81d9a962870116535cc1b8bef519100fb7b53f9ce7369"
                    + "b35fb56776657273696f6e0151122041668c6750ade81d9a962870116535cc1b8bef519100fb7b53f9ce7369b3"
                    + "5fb512290a2212207bb129136cd5c391f6a2401e5cb7317575dcf79352249536bea3a937aef9bd9c120161180d"
                    + "0a0208012f12207bb129136cd5c391f6a2401e5cb7317575dcf79352249536bea3a937aef9bd9c0a0b08021205"
                    + "68656c6c6f1805";

    private static final int HEADER_BYTES = 58; // of one root of version 0

    private final Datastore source = Datastores.open(Map.of("type", "mem"));
    private final Datastore target = Datastores.open(Map.of("type", "mem"));
    private final Blockstore from = new Blockstore(source);
    private final Blockstore to = new Blockstore(target);

    @AfterEach
    void close() {
        source.close();
        target.close();
    }

    private byte[] export(Cid root) throws IOException {
        ByteArrayOutputStream car = new ByteArrayOutputStream();
        assertEquals(new CarExporter(from).export(root, car), car.size());
        return car.toByteArray();
    }

    private CarImported add(byte[] car) throws IOException {
        return new CarImporter(to).add(new ByteArrayInputStream(car));
    }

    private CarImported addPartial(byte[] car) throws IOException {
        return new CarImporter(to, CarImportOptions.defaults().partial(true)).add(new ByteArrayInputStream(car));
    }

    /** A file of 3 levels in which blocks repeat. */
    private Cid file() throws IOException {
        byte[] content = new byte[3_000];
        new Random(1).nextBytes(content);
        System.arraycopy(content, 0, content, 2_000, 500);
        ImportOptions options = ImportOptions.defaults().chunkSize(100).linksPerNode(4);
        return new UnixFsImporter(from, options)
                .add(new ByteArrayInputStream(content))
                .cid();
    }

    private static byte[] car(List<Cid> roots, Object... cidsAndBlocks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] header = CarHeader.encode(roots);
        length(header.length, out);
        out.writeBytes(header);
        for (int i = 0; i < cidsAndBlocks.length; i += 2) {
            byte[] cid = ((Cid) cidsAndBlocks[i]).toBytes();
            byte[] block = (byte[]) cidsAndBlocks[i + 1];
            length(cid.length + block.length, out);
            out.writeBytes(cid);
            out.writeBytes(block);
        }
        return out.toByteArray();
    }

    private static void length(long length, ByteArrayOutputStream out) {
        byte[] varint = new byte[UnsignedVarint.MAX_LENGTH];
        out.write(varint, 0, UnsignedVarint.write(length, varint, 0));
    }

    private static Cid raw(byte[] block) {
        return Cid.v1(Cid.RAW, Multihash.sha256(block));
    }

    private static byte[] node(Cid... children) {
        return DagPbNode.encode(
                Arrays.stream(children).map(cid -> DagPbLink.of(cid, "", 1)).toList(), null);
    }

    private static Cid dagPb(byte[] block) {
        return Cid.v1(Cid.DAG_PB, Multihash.sha256(block));
    }

    private String refusal(byte[] car) {
        DatastoreException e = assertThrows(DatastoreException.class, () -> add(car));
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Test
    void whatIsExportedIsImported() throws IOException {
        Cid root = file();
        byte[] car = export(root);
        CarImported imported = add(car);
        assertEquals(List.of(root), imported.roots());
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        ByteArrayOutputStream after = new ByteArrayOutputStream();
        new UnixFsExporter(from).cat(IpfsPath.of(root), before);
        new UnixFsExporter(to).cat(IpfsPath.of(root), after);
        assertArrayEquals(before.toByteArray(), after.toByteArray());
        assertEquals(imported, add(car)); // again: nothing changes
    }

    @Test
    void theBytesAreThoseOfKubo() throws IOException {
        byte[] car = HexFormat.of().parseHex(CAR_OF_KUBO);
        Cid root = Cid.parse(FOLDER);
        assertEquals(new CarImported(List.of(root), 2, 60), new CarImporter(from).add(new ByteArrayInputStream(car)));
        assertArrayEquals(car, export(root));
    }

    @Test
    void eachBlockIsWrittenOnce() throws IOException {
        Cid root = file();
        CarReader car = new CarReader(new ByteArrayInputStream(export(root)));
        List<Cid> met = new ArrayList<>();
        for (CarReader.Section section = car.next(); section != null; section = car.next()) {
            assertFalse(met.contains(section.cid()));
            met.add(section.cid());
        }
        assertEquals(root, met.get(0));
        try (var stored = from.list()) {
            assertEquals(stored.count(), met.size());
        }
    }

    @Test
    void aCarThatIsCutOffAnywhereLeavesNoRoot() throws IOException {
        Cid root = file();
        byte[] car = export(root);
        for (int length = 0; length < car.length; length += length < 200 ? 1 : 37) {
            byte[] part = Arrays.copyOf(car, length);
            String refusal = refusal(part);
            assertTrue(refusal.startsWith("MalformedCarException: "), refusal);
            assertFalse(to.has(root), "cut off at " + length);
        }
        add(car);
        assertTrue(to.has(root));
    }

    @Test
    void aCarThatEndsBetweenBlocksIsIncomplete() throws IOException {
        byte[] leaf = {1};
        byte[] top = node(raw(leaf));
        byte[] cut = car(List.of(dagPb(top)), dagPb(top), top);
        assertEquals(
                "MalformedCarException: the CAR is incomplete: block " + raw(leaf)
                        + " is neither in it nor in mem; get it again, or import it as partial",
                refusal(cut));
        assertFalse(to.has(dagPb(top)));
        addPartial(cut);
        assertTrue(to.has(dagPb(top)));
    }

    @Test
    void aByteChangedAnywhereIsNoticed() throws IOException {
        Cid root = file();
        byte[] car = export(root);
        for (int at = 0; at < car.length; at += at < 400 ? 1 : 23) {
            to.delete(root);
            byte[] damaged = car.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            assertThrows(DatastoreException.class, () -> add(damaged), "byte " + at);
            assertTrue(at < HEADER_BYTES || !to.has(root), "changed at " + at); // else it is not named as a root
        }
    }

    @Test
    void aDamagedBlockIsNamedWithItsPlace() {
        byte[] block = {1, 2, 3};
        byte[] other = {1, 2, 4};
        byte[] car = car(List.of(raw(block)), raw(block), other);
        String refusal = refusal(car);
        assertTrue(refusal.contains("byte " + (car.length - 40) + ": block " + raw(block)), refusal);
        assertTrue(refusal.contains("damaged"), refusal);
    }

    @Test
    void rootsMayComeAnywhereAndBeMany() throws IOException {
        byte[] leaf = {1};
        byte[] inner = node(raw(leaf));
        byte[] top = node(dagPb(inner), raw(leaf), raw(leaf));
        List<Cid> roots = List.of(dagPb(top), dagPb(inner), raw(leaf));
        byte[] car = car(roots, raw(leaf), leaf, dagPb(inner), inner, dagPb(top), top, raw(leaf), leaf);
        CarImported imported = add(car);
        assertEquals(roots, imported.roots());
        assertEquals(4, imported.blocks());
        roots.forEach(root -> assertTrue(to.has(root)));
        assertEquals(List.of(), add(car(List.of())).roots());
    }

    @Test
    void whatTheStoreHasNeedNotBeInTheCar() throws IOException {
        byte[] leaf = {1};
        byte[] top = node(raw(leaf));
        to.put(Cid.RAW, leaf);
        add(car(List.of(dagPb(top)), dagPb(top), top));
        assertTrue(to.has(dagPb(top)));
        assertEquals(List.of(raw(leaf)), add(car(List.of(raw(leaf)))).roots());
    }

    @Test
    void aRootThatIsNowhereIsRefused() {
        byte[] leaf = {1};
        byte[] other = {2};
        String refusal = refusal(car(List.of(raw(other)), raw(leaf), leaf));
        assertTrue(refusal.contains(raw(other).toString()), refusal);
    }

    @Test
    void identityCidsCarryTheirBlocks() throws IOException {
        byte[] inline = "inline".getBytes(UTF_8);
        Cid cid = Cid.v1(Cid.RAW, Multihash.identity(inline));
        byte[] top = node(cid);
        add(car(List.of(dagPb(top)), dagPb(top), top));
        add(car(List.of(dagPb(top)), dagPb(top), top, cid, inline));
        from.put(Cid.DAG_PB, top);
        assertArrayEquals(car(List.of(dagPb(top)), dagPb(top), top, cid, inline), export(dagPb(top)));
        assertTrue(refusal(car(List.of(), cid, new byte[] {1})).contains("damaged"));
    }

    @Test
    void whatIsNoCarIsRefused() {
        for (String hex : List.of(
                "", // nothing
                "00", // a header of no bytes
                "ff", // a length cut off
                "ffffffffffffffffffff01", // a length without end
                "8000", // a length not in its shortest form
                "ffffffff07", // a header of gigabytes
                "48656c6c6f20776f726c64", // a text
                "01a0", // a map of nothing
                "0aa16776657273696f6e01", // no roots
                "11a265726f6f74739bffffffffffffffff67", // a list of 2^64 roots
                "0ca265726f6f74739b7fffffff", // cut off within the header
                "11a265726f6f7473806776657273696f6e00", // version 0
                "11a265726f6f7473806776657273696f6e20", // version -1
                "11a265726f6f7473806576657273696f6e01", // another field
                "12a265726f6f7473806776657273696f6e01ff", // more behind the map
                "12a265726f6f747381016776657273696f6e01", // a root that is a number
                "14a265726f6f747381d82a406776657273696f6e01", // a root of no bytes
                "15a265726f6f747381d82a41016776657273696f6e01", // a root that is no CID
                "14bf65726f6f7473806776657273696f6e01ff0000")) { // a map of no known length
            String refusal = refusal(HexFormat.of().parseHex(hex));
            assertTrue(refusal.startsWith("MalformedCarException: "), hex + ": " + refusal);
        }
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] pragma = HexFormat.of().parseHex("0aa16776657273696f6e02");
        assertTrue(refusal(pragma).startsWith("UnsupportedContentException: this is a CAR of version 2"));
    }

    @Test
    void hostileSectionsAreRefusedBeforeTheyTakeMemory() {
        byte[] start = car(List.of());
        for (String hex : List.of("00", "01", "ffffffffffffffff7f", "80808001", "0101", "2455", "0401551201", "8000")) {
            ByteArrayOutputStream car = new ByteArrayOutputStream();
            car.writeBytes(start);
            car.writeBytes(HexFormat.of().parseHex(hex));
            String refusal = refusal(car.toByteArray());
            assertTrue(refusal.contains("byte " + start.length), hex + ": " + refusal);
        }
        byte[] large = new byte[Blockstore.MAX_BLOCK_BYTES + 1];
        assertTrue(refusal(car(List.of(), raw(large), large)).contains("over the limit"));
    }

    @Test
    void hashesThatCannotBeCheckedAreRefused() {
        Cid blake = Cid.v1(Cid.RAW, Multihash.of(0xb220, new byte[32]));
        Cid tooShort = Cid.v1(Cid.RAW, Multihash.of(Multihash.SHA2_256, new byte[4]));
        for (Cid cid : List.of(blake, tooShort)) {
            UnsupportedHashException e =
                    assertThrows(UnsupportedHashException.class, () -> addPartial(car(List.of(), cid, new byte[] {1})));
            assertTrue(e.getMessage().contains(cid.toString()), e.getMessage());
        }
    }

    @Test
    void blocksThatAreNotWhatTheirCodecSaysAreRefused() {
        byte[] garbage = "no dag-pb at all".getBytes(UTF_8);
        String refusal = refusal(car(List.of(), dagPb(garbage), garbage));
        assertTrue(refusal.contains(dagPb(garbage) + " is no dag-pb"), refusal);
    }

    @Test
    void rootsThatTakeTooMuchAreRefused() {
        List<Cid> roots = new ArrayList<>();
        List<Object> sections = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            byte[] block = new byte[2_000_000];
            block[0] = (byte) i;
            roots.add(raw(block));
            Collections.addAll(sections, raw(block), block);
        }
        assertTrue(refusal(car(roots, sections.toArray())).contains("split the CAR"));
        roots.forEach(root -> assertFalse(to.has(root)));
    }

    @Test
    void linksWithoutEndAreRefused() {
        List<Object> sections = new ArrayList<>();
        byte[] digest = new byte[32];
        for (int i = 0; i < 11; i++) {
            Cid[] nowhere = new Cid[25_000];
            for (int j = 0; j < nowhere.length; j++) {
                digest[0] = (byte) i;
                digest[1] = (byte) j;
                digest[2] = (byte) (j >> 8);
                nowhere[j] = Cid.v0(Multihash.of(Multihash.SHA2_256, digest));
            }
            byte[] block = node(nowhere);
            Collections.addAll(sections, dagPb(block), block);
        }
        assertTrue(refusal(car(List.of(), sections.toArray())).contains("have not come"));
    }

    @Test
    void rootsAreStoredLastWhenAllElseIsDurable() throws IOException {
        RecordingStore recording = new RecordingStore();
        Cid root = file();
        List<Integer> syncsBefore = new ArrayList<>();
        recording.beforeBatch = number -> syncsBefore.add(recording.syncs());
        new CarImporter(new Blockstore(recording)).add(new ByteArrayInputStream(export(root)));
        List<List<Key>> batches = recording.batches();
        assertEquals(List.of(to.key(root)), batches.get(batches.size() - 1));
        assertEquals(1, syncsBefore.get(batches.size() - 1));
        assertEquals(2, recording.syncs());
    }

    @Test
    void aStoreThatFailsIsLeftWithoutTheRoot() throws IOException {
        Cid root = file();
        byte[] car = export(root);
        for (int failing = 0; failing < 2; failing++) {
            RecordingStore broken = new RecordingStore();
            int at = failing;
            broken.beforeBatch = number -> {
                if (number == at) {
                    throw new DatastoreUnavailableException("gone");
                }
            };
            assertThrows(
                    DatastoreUnavailableException.class,
                    () -> new CarImporter(new Blockstore(broken)).add(new ByteArrayInputStream(car)));
            assertFalse(broken.values().containsKey(to.key(root)));
        }
    }

    @Test
    void whatCannotBeExportedWholeIsRefused() throws IOException {
        Cid root = file();
        Cid leaf = DagPbNode.decode(from.require(root)).links().get(1).cid();
        from.delete(leaf);
        NotFoundException missing = assertThrows(NotFoundException.class, () -> export(root));
        assertTrue(missing.getMessage().contains(leaf.toString()), missing.getMessage());
        assertTrue(missing.getMessage().contains(root.toString()), missing.getMessage());
        Cid cbor = from.put(0x71, new byte[] {(byte) 0xa0});
        byte[] top = node(cbor);
        assertThrows(UnsupportedContentException.class, () -> export(from.put(Cid.DAG_PB, top)));
    }

    @Test
    void headersOfManyRootsAreReadAsWritten() {
        for (int count : new int[] {0, 1, 23, 24, 255, 256, 20_000}) {
            List<Cid> roots = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                roots.add(raw(new byte[] {(byte) i, (byte) (i >> 8)}));
            }
            assertEquals(roots, CarHeader.decode(CarHeader.encode(roots)));
        }
    }
}
