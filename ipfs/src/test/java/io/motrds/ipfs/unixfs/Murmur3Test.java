package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class Murmur3Test {

    /** From the tests of github.com/spaolacci/murmur3, which kubo uses. */
    private static final Map<String, Long> KNOWN = Map.of(
            "", 0L,
            "hello", 0xcbd8a7b341bd9b02L,
            "hello, world", 0x342fac623a5ebc8eL,
            "19 Jan 2038 at 3:14:07 AM", 0xb89e5988b737affcL,
            "The quick brown fox jumps over the lazy dog.", 0xcd99481f9ee902c9L);

    @Test
    void hashesAreTheKnownOnes() {
        KNOWN.forEach((text, hash) -> assertEquals(hash, Murmur3.hash(text.getBytes(UTF_8)), text));
    }
}
