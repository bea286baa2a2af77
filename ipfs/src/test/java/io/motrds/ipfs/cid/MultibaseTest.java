package io.motrds.ipfs.cid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {

    /** The expected texts are those of the multibase specification's test tables (basic, leading_zero, two_leading_zeros). */
    @ParameterizedTest
    @CsvSource({
        "BASE16, 'yes mani !', f796573206d616e692021",
        "BASE16_UPPER, 'yes mani !', F796573206D616E692021",
        "BASE32, 'yes mani !', bpfsxgidnmfxgsibb",
        "BASE32_UPPER, 'yes mani !', BPFSXGIDNMFXGSIBB",
        "BASE36, 'yes mani !', k2lcpzo5yikidynfl",
        "BASE36_UPPER, 'yes mani !', K2LCPZO5YIKIDYNFL",
        "BASE58_BTC, 'yes mani !', z7paNL19xttacUY",
        "BASE64_URL, 'yes mani !', ueWVzIG1hbmkgIQ",
        "BASE16, '\u0000yes mani !', f00796573206d616e692021",
        "BASE32, '\u0000yes mani !', bab4wk4zanvqw42jaee",
        "BASE36, '\u0000yes mani !', k02lcpzo5yikidynfl",
        "BASE58_BTC, '\u0000yes mani !', z17paNL19xttacUY",
        "BASE64_URL, '\u0000yes mani !', uAHllcyBtYW5pICE",
        "BASE32, '\u0000\u0000yes mani !', baaahszltebwwc3tjeaqq",
        "BASE36, '\u0000\u0000yes mani !', k002lcpzo5yikidynfl",
        "BASE58_BTC, '\u0000\u0000yes mani !', z117paNL19xttacUY",
        "BASE64_URL, '\u0000\u0000yes mani !', uAAB5ZXMgbWFuaSAh"
    })
    void encodesAndDecodesAsTheSpecificationSays(Multibase base, String bytes, String text) {
        assertEquals(text, base.encode(bytes.getBytes(UTF_8)));
        assertArrayEquals(bytes.getBytes(UTF_8), Multibase.decode(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f68656c6c6f20776F726C64",
                "F68656c6c6f20776F726C64",
                "bnbswy3dpeB3W64TMMQ",
                "Bnbswy3dpeB3W64TMMQ",
                "kfUvrsIvVnfRbjWaJo",
                "KfUVrSIVVnFRbJWAJo"
            })
    void basesWithoutCaseAreReadInEitherCase(String text) {
        assertEquals("hello world", new String(Multibase.decode(text), UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void whatWasEncodedDecodesToTheSameBytes(Multibase base) {
        Random random = new Random(base.prefix());
        for (int length = 0; length < 70; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            if (length > 3) {
                bytes[0] = 0;
            }
            assertArrayEquals(bytes, Multibase.decode(base.encode(bytes)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1abc",
                "f1",
                "f0g",
                "bA=",
                "b1",
                "ba",
                "bab",
                "baaaaaaaaf",
                "k-",
                "z0",
                "zI",
                "zl",
                "u+",
                "u=",
                "uA",
                "uAB",
                "k\u212a",
                "z\u00e9",
                "\ud83d\ude00"
            })
    void malformedTextIsRefused(String text) {
        assertThrows(InvalidCidException.class, () -> Multibase.decode(text));
    }

    @Test
    void textOverTheLimitIsRefusedBeforeItCostsTime() {
        String text = "z" + "2".repeat(10_000_000);
        assertThrows(InvalidCidException.class, () -> Multibase.decode(text));
    }
}
