package io.motrds.api.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRangeTest {

    private static final List<Key> KEYS = randomKeys();

    private static List<Key> randomKeys() {
        Random random = new Random(1);
        String[] pieces = {"/", "/", "a", "b", "!", "0", "\u00e9", "\uffff", "\ud83d\ude00", "\udbff\udfff"};
        List<Key> keys = new ArrayList<>(List.of(Key.ROOT));
        for (int i = 0; i < 400; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            keys.add(Key.of(text.toString()));
        }
        return keys;
    }

    @Test
    void underAKeyAreItsStrictChildren() {
        for (Key prefix : KEYS.subList(1, 100)) {
            KeyRange range = KeyRange.under(prefix);
            for (Key key : KEYS) {
                assertEquals(prefix.isRoot() || prefix.isAncestorOf(key), range.contains(key), prefix + " " + key);
            }
        }
    }

    @Test
    void underTheRootIsEveryKeyTheRootToo() {
        assertEquals(KeyRange.ALL, KeyRange.under(Key.ROOT));
        assertTrue(KeyRange.ALL.contains(Key.ROOT));
        assertEquals(0, KeyRange.ALL.from().length);
        assertEquals(Optional.empty(), KeyRange.ALL.to());
    }

    @Test
    void startingWithBytesEndsBehindTheLastKeyThatDoes() {
        for (Key prefix : KEYS.subList(0, 100)) {
            KeyRange range = KeyRange.startingWith(prefix.toUtf8());
            for (Key key : KEYS) {
                assertEquals(key.startsWith(prefix.toUtf8()), range.contains(key), prefix + " " + key);
            }
        }
    }

    @Test
    void aCarryGoesThroughTheLargestByte() {
        KeyRange range = KeyRange.startingWith(new byte[] {'/', (byte) 0xff, (byte) 0xff});
        assertArrayEquals(new byte[] {'0'}, range.to().orElseThrow());
        assertEquals(
                Optional.empty(),
                KeyRange.startingWith(new byte[] {(byte) 0xff}).to(),
                "nothing lies behind it");
        assertEquals(KeyRange.ALL, KeyRange.startingWith(new byte[0]));
    }

    @ParameterizedTest
    @EnumSource(value = Comparison.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT_EQUAL")
    void aComparisonIsARange(Comparison comparison) {
        List<byte[]> bounds = new ArrayList<>(List.of(new byte[0], "/a/".getBytes(UTF_8), new byte[] {(byte) 0xff}));
        KEYS.subList(0, 60).forEach(key -> bounds.add(key.toUtf8()));
        for (byte[] bound : bounds) {
            KeyRange range = KeyRange.comparing(comparison, bound).orElseThrow();
            for (Key key : KEYS) {
                boolean expected = comparison.holds(Arrays.compareUnsigned(key.toUtf8(), bound));
                assertEquals(expected, range.contains(key), comparison + " " + Arrays.toString(bound) + " " + key);
            }
        }
    }

    @Test
    void notEqualIsNoRange() {
        assertEquals(Optional.empty(), KeyRange.comparing(Comparison.NOT_EQUAL, new byte[] {'/'}));
    }

    @Test
    void whatLiesInBothRangesLiesInEach() {
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            KeyRange a = randomRange(random);
            KeyRange b = randomRange(random);
            KeyRange both = a.and(b);
            assertEquals(both, b.and(a));
            for (Key key : KEYS) {
                assertEquals(a.contains(key) && b.contains(key), both.contains(key), a + " and " + b + ": " + key);
                assertFalse(both.isEmpty() && both.contains(key), "empty, yet holds " + key);
            }
        }
    }

    private static KeyRange randomRange(Random random) {
        Key key = KEYS.get(random.nextInt(KEYS.size()));
        Comparison comparison = List.of(Comparison.values()).get(random.nextInt(6));
        return switch (random.nextInt(3)) {
            case 0 -> KeyRange.under(key);
            case 1 -> KeyRange.startingWith(key.toUtf8());
            default -> KeyRange.comparing(comparison, key.toUtf8()).orElse(KeyRange.ALL);
        };
    }

    @Test
    void beforeTheEndIsWhatAnAscendingScanGoesOnThrough() {
        KeyRange range = KeyRange.under(Key.of("/b"));
        assertTrue(range.isBefore(Key.of("/a")));
        assertTrue(range.isBefore(Key.of("/b/x")));
        assertFalse(range.isBefore(Key.of("/b0")));
        assertTrue(KeyRange.ALL.isBefore(Key.of("/\udbff\udfff")));
    }

    @Test
    void boundsAreCopiedInAndOut() {
        byte[] bytes = {'/', 'a'};
        KeyRange range = KeyRange.startingWith(bytes);
        bytes[1] = 'x';
        range.from()[1] = 'x';
        range.to().orElseThrow()[1] = 'x';
        assertArrayEquals(new byte[] {'/', 'a'}, range.from());
        assertArrayEquals(new byte[] {'/', 'b'}, range.to().orElseThrow());
        assertEquals(KeyRange.startingWith(new byte[] {'/', 'a'}), range);
        assertEquals(KeyRange.startingWith(new byte[] {'/', 'a'}).hashCode(), range.hashCode());
        assertNotEquals(KeyRange.ALL, range);
        assertEquals("[/a, /b)", range.toString());
    }
}
