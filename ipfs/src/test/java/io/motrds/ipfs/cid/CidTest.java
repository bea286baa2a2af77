package io.motrds.ipfs.cid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {

    private static final String EMPTY_FOLDER_V0 = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn";
    private static final String EMPTY_FOLDER_V1 = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354";
    private static final String EMPTY_RAW = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    @Test
    void version0IsBase58AndVersion1IsBase32() {
        Cid v0 = Cid.parse(EMPTY_FOLDER_V0);
        assertEquals(0, v0.version());
        assertEquals(Cid.DAG_PB, v0.codec());
        assertEquals(EMPTY_FOLDER_V0, v0.toString());
        assertEquals(EMPTY_FOLDER_V1, v0.toV1().toString());
        assertEquals(v0.toV1(), Cid.parse(EMPTY_FOLDER_V1));
        assertNotEquals(v0, v0.toV1());
    }

    @Test
    void nothingHashesToTheKnownCidOfNothing() {
        assertEquals(EMPTY_RAW, Cid.v1(Cid.RAW, Multihash.sha256(new byte[0])).toString());
    }

    @Test
    void everyBaseParsesToTheSameCid() {
        Cid cid = Cid.parse(EMPTY_RAW);
        for (Multibase base : Multibase.values()) {
            assertEquals(cid, Cid.parse(cid.toString(base)), base.name());
        }
        assertThrows(
                IllegalArgumentException.class, () -> Cid.parse(EMPTY_FOLDER_V0).toString(Multibase.BASE32));
        assertEquals(EMPTY_FOLDER_V0, Cid.parse(EMPTY_FOLDER_V0).toString(Multibase.BASE58_BTC));
    }

    @Test
    void bytesRoundTrip() {
        for (String text : new String[] {EMPTY_FOLDER_V0, EMPTY_FOLDER_V1, EMPTY_RAW}) {
            Cid cid = Cid.parse(text);
            assertEquals(cid, Cid.fromBytes(cid.toBytes()));
            assertEquals(cid.length(), cid.toBytes().length);
            assertEquals(cid.hashCode(), Cid.fromBytes(cid.toBytes()).hashCode());
        }
    }

    @Test
    void unknownCodecsAndHashesAreCarried() {
        Multihash sha512 = Multihash.of(0x13, new byte[64]);
        Cid cid = Cid.v1(0x71, sha512);
        assertEquals(cid, Cid.parse(cid.toString()));
        assertEquals(0x13, Cid.parse(cid.toString()).hash().code());
        assertEquals("0x71", cid.codecName());
        UnsupportedHashException e = assertThrows(UnsupportedHashException.class, () -> sha512.matches(new byte[0]));
        assertTrue(e.getMessage().contains("0x13"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Q",
                "Qm",
                "hello",
                "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3N", // cut
                "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3N0", // 0 is no digit
                "zQmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", // a CIDv0 has no prefix
                "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf35", // cut
                "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354aa", // longer
                "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354 ",
                "f00",
                "f01",
                "f0155",
                "f015512",
                "f02551200", // version 2
                "f0155122000", // digest cut
                "f01d5001200", // codec not in its shortest form
                "f01ffffffffffffffffff011200", // codec over 63 bits
                "f015512ffffffffffffffff7f00", // digest as long as 63 bits can say
                "\u0000\u001b[31m"
            })
    void whatIsNoCidIsRefused(String text) {
        InvalidCidException e = assertThrows(InvalidCidException.class, () -> Cid.parse(text));
        assertTrue(e.getMessage().startsWith("not a CID: "), e.getMessage());
        assertTrue(e.getMessage().chars().noneMatch(c -> c < ' '), e.getMessage());
    }

    @Test
    void version0HoldsNothingButSha256() {
        assertThrows(InvalidCidException.class, () -> Cid.v0(Multihash.identity(new byte[32])));
        assertThrows(InvalidCidException.class, () -> Cid.v0(Multihash.of(Multihash.SHA2_256, new byte[20])));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "20", "31", "32", "33"})
    void sha256MatchesWholeOrCutToTwentyBytesOrMore(int length) {
        byte[] data = "data".getBytes(UTF_8);
        Multihash hash = Multihash.of(
                Multihash.SHA2_256, Arrays.copyOf(Multihash.sha256(data).digest(), length));
        if (length >= Multihash.MIN_DIGEST_BYTES && length <= 32) {
            assertTrue(hash.matches(data));
            assertFalse(hash.matches("other".getBytes(UTF_8)));
        } else {
            assertThrows(UnsupportedHashException.class, () -> hash.matches(data));
        }
    }

    @Test
    void identityCarriesItsData() {
        byte[] data = "small".getBytes(UTF_8);
        Multihash hash = Multihash.identity(data);
        assertArrayEquals(data, hash.digest());
        assertTrue(hash.matches(data));
        assertFalse(hash.matches(new byte[0]));
        assertEquals(hash, Multihash.fromBytes(hash.toBytes()));
        assertThrows(InvalidCidException.class, () -> Multihash.identity(new byte[129]));
        assertThrows(
                UnsupportedHashException.class,
                () -> Multihash.of(Multihash.IDENTITY, new byte[129]).matches(new byte[129]));
    }

    @Test
    void multihashesPrintTheirFunctionAndDigest() {
        assertEquals(
                "sha2-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                Multihash.sha256(new byte[0]).toString());
        assertEquals("identity:00ff", Multihash.identity(new byte[] {0, -1}).toString());
        assertThrows(
                InvalidCidException.class,
                () -> Multihash.fromBytes(HexFormat.of().parseHex("120100ff")));
        assertThrows(InvalidCidException.class, () -> Multihash.of(-1, new byte[0]));
        assertThrows(InvalidCidException.class, () -> Cid.v1(-1, Multihash.sha256(new byte[0])));
    }

    @Test
    void arraysAreTheCallers() {
        byte[] digest = new byte[32];
        Multihash hash = Multihash.of(Multihash.SHA2_256, digest);
        digest[0] = 1;
        hash.digest()[1] = 1;
        assertArrayEquals(new byte[32], hash.digest());
    }
}
