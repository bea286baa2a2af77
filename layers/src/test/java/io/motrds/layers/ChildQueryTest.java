package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.Scan;
import io.motrds.api.query.Scan.Direction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChildQueryTest {

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBoundOfWholeCharactersStaysAsItIs() {
        assertEquals(Optional.of("/blocks0"), ChildQuery.ceiling("/blocks0".getBytes(StandardCharsets.UTF_8)));
        assertEquals(Optional.of(""), ChildQuery.ceiling(new byte[0]));
        assertEquals(Optional.of("/\0"), ChildQuery.ceiling(bytes('/', 0)));
    }

    @Test
    void aBoundWithinACharacterMovesToTheNextText() {
        assertEquals("2fc480", hex(ChildQuery.ceiling(bytes('/', 0xc3, 0xc0)).orElseThrow()), "behind ÿ comes Ā");
        assertEquals("2fe0a080", hex(ChildQuery.ceiling(bytes('/', 0xe0)).orElseThrow()));
        assertEquals("ee8080", hex(ChildQuery.ceiling(bytes(0xed, 0xa0)).orElseThrow()), "surrogates are no text");
        assertEquals("30", hex(ChildQuery.ceiling(bytes('/', 0xf8)).orElseThrow()), "no character is so large");
        assertEquals(Optional.empty(), ChildQuery.ceiling(bytes(0xff)));
        assertEquals(Optional.empty(), ChildQuery.ceiling(bytes(0xf4, 0x8f, 0xbf, 0xbf, 0xff)));
        assertEquals(
                "ee8080", hex(ChildQuery.ceiling(bytes(0xed, 0x9f, 0xbf, 0xff)).orElseThrow()));
    }

    @Test
    void noTextLiesBetweenABoundAndItsCeiling() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bound = new byte[random.nextInt(5)];
            random.nextBytes(bound);
            byte[] text = text(random);
            boolean below = Arrays.compareUnsigned(text, bound) < 0;
            boolean belowCeiling = ChildQuery.ceiling(bound)
                    .map(ceiling -> Arrays.compareUnsigned(text, ceiling.getBytes(StandardCharsets.UTF_8)) < 0)
                    .orElse(true);
            assertEquals(below, belowCeiling, Arrays.toString(bound) + " and " + Arrays.toString(text));
        }
    }

    private static byte[] text(Random random) {
        int[] characters = random.ints(0, Character.MAX_CODE_POINT + 1)
                .map(c -> c >> random.nextInt(20)) // short encodings as often as long ones
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .limit(random.nextInt(3))
                .toArray();
        return new String(characters, 0, characters.length).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aRangeBecomesTheLongestPrefixThatHoldsIt() {
        Scan scan = new Scan(KeyRange.ALL, Direction.ANY, 0, Query.NO_LIMIT, Projection.KEYS);
        Query under = ChildQuery.of(KeyRange.under(Key.of("/a/b")), scan, 0, 5);
        assertEquals(Query.under(Key.of("/a/b")).limit(5).keysOnly(), under);
        Query within = ChildQuery.of(KeyRange.startingWith("/a/b".getBytes(StandardCharsets.UTF_8)), scan, 0, 5);
        assertEquals(Key.of("/a"), within.prefix());
        assertEquals(2, within.filters().size());
        Query unclean = ChildQuery.of(KeyRange.startingWith("/a//b".getBytes(StandardCharsets.UTF_8)), scan, 0, 5);
        assertEquals(Key.of("/a"), unclean.prefix());
        assertEquals(Query.all().keysOnly(), ChildQuery.of(KeyRange.ALL, scan, 0, Query.NO_LIMIT));
        assertTrue(
                ChildQuery.of(KeyRange.between(bytes(0xff), null), scan, 0, 5).limit() == 0);
    }
}
