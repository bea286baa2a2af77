package io.motrds.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What holds for every key, tried with random ones; the seed is the number of the repetition. */
class KeyPropertiesTest {

    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        ".",
        "..",
        ":",
        "a",
        "b",
        "!",
        "0",
        " ",
        "\u00e9",
        "\u4e16",
        "\uffff",
        "\ue000",
        "\ud83d\ude00",
        "\udbff\udfff"
    };

    private final List<String> texts = new ArrayList<>();

    private void generate(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            texts.add(text.toString());
        }
    }

    /** Cleaning, written the slow way: one part after the other, backwards when one leads up. */
    private static String cleanSlowly(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    @RepeatedTest(10)
    void cleaningEqualsTheSlowWayAndIsDoneOnce(RepetitionInfo repetition) {
        generate(repetition);
        for (String text : texts) {
            Key key = Key.of(text);
            assertEquals(cleanSlowly(text), key.toString(), text);
            assertEquals(key, Key.of(key.toString()));
            assertEquals(key, Key.fromUtf8(key.toUtf8()));
        }
    }

    @RepeatedTest(10)
    void bytesAreAcceptedExactlyIfCleaningLeavesThem(RepetitionInfo repetition) {
        generate(repetition);
        for (String text : texts) {
            byte[] bytes = text.getBytes(UTF_8);
            if (cleanSlowly(text).equals(text)) {
                assertArrayEquals(bytes, Key.fromUtf8(bytes).toUtf8());
            } else {
                assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes), text);
            }
        }
    }

    @Test
    void whatMakesAKeyUncleanIsNoticedWhereverItStands() {
        String longest = "/blocks/CIQGZ72WQJXQY5Y6MCYVTHX2JQR3YGUU2CH7SLEHBYB2D";
        for (int length = 2; length <= longest.length(); length++) {
            accepts(longest.substring(0, length));
        }
    }

    /** Exactly those texts that cleaning leaves as they are, among those with something special in this one. */
    private static void accepts(String plain) {
        for (int at = 1; at <= plain.length(); at++) {
            for (String part : List.of("/", "//", ".", "/.", "/..", "/./", "/../", "/...", "\u00e9", "\u0080", "~")) {
                String text = plain.substring(0, at) + part + plain.substring(at);
                byte[] bytes = text.getBytes(UTF_8);
                if (cleanSlowly(text).equals(text)) {
                    assertArrayEquals(bytes, Key.fromUtf8(bytes).toUtf8());
                } else {
                    assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes), text);
                }
            }
            for (int wrong : new int[] {0, 0x80, 0xff}) {
                byte[] bytes = plain.getBytes(UTF_8);
                bytes[at - 1] = (byte) wrong;
                assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes), wrong + " at " + at);
            }
        }
    }

    @RepeatedTest(10)
    void orderIsThatOfCodePointsAndConsistentWithEquals(RepetitionInfo repetition) {
        generate(repetition);
        for (int i = 1; i < texts.size(); i++) {
            Key a = Key.of(texts.get(i - 1));
            Key b = Key.of(texts.get(i));
            int[] left = a.toString().codePoints().toArray();
            int[] right = b.toString().codePoints().toArray();
            int expected = Integer.signum(Arrays.compare(left, right));
            assertEquals(expected, Integer.signum(a.compareTo(b)), a + " and " + b);
            assertEquals(-expected, Integer.signum(b.compareTo(a)), a + " and " + b);
            assertEquals(expected == 0, a.equals(b));
        }
    }

    @RepeatedTest(10)
    void familyTiesFitTogether(RepetitionInfo repetition) {
        generate(repetition);
        for (int i = 1; i < texts.size(); i++) {
            Key a = Key.of(texts.get(i - 1));
            Key b = Key.of(texts.get(i));
            Key child = a.child(b);
            assertEquals(!b.isRoot(), a.isAncestorOf(child), a + " and " + child);
            assertEquals(a.isAncestorOf(b), b.toString().startsWith(a.isRoot() ? "/" : a + "/") && !a.equals(b));
            assertEquals(a, a.reverse().reverse());
            assertEquals(!a.isRoot(), a.parent().isAncestorOf(a));
            assertEquals(a.isRoot(), a.namespaces().isEmpty());
            if (!a.isRoot()) {
                assertEquals(a, a.parent().child(Key.of(a.baseNamespace())));
            }
        }
    }
}
