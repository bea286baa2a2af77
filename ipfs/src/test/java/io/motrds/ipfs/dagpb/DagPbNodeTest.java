package io.motrds.ipfs.dagpb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DagPbNodeTest {

    /** Version 1, raw, identity of five bytes: the CID that go-codec-dagpb's own tests use. */
    private static final String CID = "015500050001020304";

    private static DagPbNode decode(String hex) {
        return DagPbNode.decode(HexFormat.of().parseHex(hex));
    }

    /** Blocks in canonical form, among them those of go-codec-dagpb's compat_test.go. */
    @ParameterizedTest
    @CsvSource({
        "'', 0, -1",
        "0a00, 0, 0",
        "0a050001020304, 0, 5",
        "120b0a09" + CID + ", 1, -1",
        "120b0a09" + CID + "0a00, 1, 0",
        "120d0a09" + CID + "1200, 1, -1", // an empty name
        "12160a09" + CID + "1209736f6d65206e616d65, 1, -1", // "some name"
        "12140a09" + CID + "18ffffffffffffff0f, 1, -1", // the largest size that JavaScript can say
        "120d0a09" + CID + "1800, 1, -1", // size 0
        "120b0a09" + CID + "120e0a09" + CID + "120161, 2, -1",
        "120b0a09" + CID + "120b0a09" + CID + "0a0101, 2, 1"
    })
    void canonicalBlocksRoundTrip(String hex, int links, int dataLength) {
        DagPbNode node = decode(hex);
        assertEquals(links, node.links().size());
        ByteBuffer data = node.data();
        assertEquals(dataLength, data == null ? -1 : data.remaining());
        assertEquals(hex, HexFormat.of().formatHex(node.encode()));
    }

    /** What go-codec-dagpb's decoder accepts beside the canonical form. */
    @ParameterizedTest
    @CsvSource({
        "0a0101120b0a09" + CID + ", 120b0a09" + CID + "0a0101", // data before links
        "120e0a09" + CID + "120162120e0a09" + CID + "120161, 120e0a09" + CID + "120161120e0a09" + CID
                + "120162", // unsorted
        "128b000a09" + CID + ", 120b0a09" + CID, // a length longer than it needs to be
        "120d0a0b" + CID + "ffff, 120b0a09" + CID // bytes behind a CID
    })
    void otherBlocksThatGoAcceptsAreAccepted(String hex, String canonical) {
        assertEquals(canonical, HexFormat.of().formatHex(decode(hex).encode()));
    }

    @Test
    void aNameThatIsNoUtf8IsKeptButIsNoText() {
        String block = "120e0a09" + CID + "1201ff";
        DagPbLink link = decode(block).links().get(0);
        assertTrue(link.name().isEmpty());
        assertTrue(link.hasName(new byte[] {-1}));
        assertEquals("\ufffd", link.printableName());
        assertEquals(block, HexFormat.of().formatHex(decode(block).encode()));
    }

    @Test
    void linksKeepTheOrderOfTheBlock() {
        DagPbNode node = decode("120e0a09" + CID + "120162120e0a09" + CID + "120161");
        assertEquals("b", node.links().get(0).name().orElseThrow());
        assertEquals("a", node.links().get(1).name().orElseThrow());
    }

    /** What it refuses. */
    @ParameterizedTest
    @CsvSource({
        "00", // no field 0
        "0a", // ends within a length
        "0a02ff", // ends within data
        "0a000a00", // data twice
        "0a00120b0a09" + CID + "0a00", // data twice
        "120b0a09" + CID + "0a00120b0a09" + CID, // links before and after the data
        "0800", // data as a number
        "1a00", // unknown field
        "0d00000000", // data as four bytes
        "1200", // a link without CID
        "12021200", // the same, with a name
        "120d12000a09" + CID, // name before CID
        "120d18000a09" + CID, // size before CID
        "120f0a09" + CID + "18001200", // size before name
        "12160a09" + CID + "0a09" + CID, // CID twice
        "120f0a09" + CID + "12001200", // name twice
        "120f0a09" + CID + "18001800", // size twice
        "120d0a09" + CID + "2000", // unknown field in a link
        "12020800", // CID as a number
        "120d0a09" + CID + "1000", // name as a number
        "120d0a09" + CID + "1a00", // size as bytes
        "12030a0100", // CID too short
        "120b0a09025500050001020304", // CID of version 2
        "12040a021220", // CIDv0 cut
        "ffffffffffffffffff7f00", // a tag over 64 bits
        "0affffffffffffffffff01", // a length of 64 bits
        "120b0a0a" + CID // a CID longer than its link
    })
    void malformedBlocksAreRefused(String hex) {
        assertThrows(MalformedBlockException.class, () -> decode(hex));
    }

    @Test
    void linksAreSortedByTheBytesOfTheirNamesAndEqualNamesStay() {
        Cid first = Cid.v1(Cid.RAW, Multihash.identity(new byte[] {1}));
        Cid second = Cid.v1(Cid.RAW, Multihash.identity(new byte[] {2}));
        byte[] block = DagPbNode.encode(
                List.of(
                        DagPbLink.of(first, "\ud83d\ude00", 1), // after U+FB00 in UTF-8, before it in UTF-16
                        DagPbLink.of(first, "\ufb00", 2),
                        DagPbLink.of(first, "same", 3),
                        DagPbLink.of(second, "same", 4),
                        DagPbLink.of(first, "", 5)),
                "data".getBytes(UTF_8));
        DagPbNode node = DagPbNode.decode(block);
        assertEquals(
                List.of("", "same", "same", "\ufb00", "\ud83d\ude00"),
                node.links().stream().map(DagPbLink::printableName).toList());
        assertEquals(first, node.links().get(1).cid());
        assertEquals(second, node.links().get(2).cid());
        assertArrayEquals(block, node.encode());
    }

    @Test
    void absentNameAndSizeAreNotEmptyOnes() {
        DagPbLink link = decode("120b0a09" + CID).links().get(0);
        assertTrue(link.name().isEmpty());
        assertEquals(OptionalLong.empty(), link.tsize());
        assertFalse(link.hasName(new byte[0]));
        assertNull(decode("120b0a09" + CID).data());
        assertEquals(
                OptionalLong.of(-1), // 2^64 - 1, as go-codec-dagpb takes it
                decode("12160a09" + CID + "18ffffffffffffffffff01")
                        .links()
                        .get(0)
                        .tsize());
    }
}
