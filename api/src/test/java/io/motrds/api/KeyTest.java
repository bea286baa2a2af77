package io.motrds.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {

    @ParameterizedTest
    @CsvSource({
        "'', /",
        "/, /",
        "//, /",
        "., /",
        ".., /",
        "/.., /",
        "/../.., /",
        "a, /a",
        "/a/, /a",
        "/a//, /a",
        "a//b/../c/, /a/c",
        "/a/./b/., /a/b",
        "/a/../../b, /b",
        "/..., /...",
        "/.a, /.a",
        "/..a/b.., /..a/b..",
        "' ', '/ '",
    })
    void textIsCleanedLikeAPath(String text, String clean) {
        assertEquals(clean, Key.of(text).toString());
        assertArrayEquals(clean.getBytes(UTF_8), Key.of(text).toUtf8());
        assertEquals(Key.of(clean), Key.of(text));
        assertEquals(Key.of(clean).hashCode(), Key.of(text).hashCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "/a\0", "/a/\0/b", "\0/.."})
    void nulIsRefused(String text) {
        InvalidKeyException e = assertThrows(InvalidKeyException.class, () -> Key.of(text));
        assertTrue(e.getMessage().contains("NUL"), e.getMessage());
        assertFalse(e.getMessage().contains("\0"), "the message itself is printable");
        assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(("/x" + text).getBytes(UTF_8)));
        assertThrows(InvalidKeyException.class, () -> Key.ROOT.child(text));
        assertThrows(InvalidKeyException.class, () -> Key.ROOT.instance(text));
        assertThrows(InvalidKeyException.class, () -> Key.of(List.of("a", text)));
    }

    @ParameterizedTest
    @ValueSource(chars = {'\ud800', '\udbff', '\udc00', '\udfff'})
    void aSurrogateWithoutItsPartnerIsRefused(char surrogate) {
        for (String text : List.of("/" + surrogate, "/a" + surrogate + "b", "/" + surrogate + surrogate)) {
            InvalidKeyException e = assertThrows(InvalidKeyException.class, () -> Key.of(text));
            assertTrue(e.getMessage().contains("Unicode"), e.getMessage());
        }
        assertThrows(InvalidKeyException.class, () -> Key.of("/\udc00\ud800"), "partners in the wrong sequence");
    }

    @Test
    void whatIsNoCharacterButUnicodeIsTaken() {
        for (String text : List.of("/\uffff", "/\ufffe", "/\ufffd", "/\ufeff", "/\u0001", "/\u007f", "/\udbff\udfff")) {
            assertEquals(text, Key.fromUtf8(Key.of(text).toUtf8()).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a/b", "//", "/a/", "/a//b", "/.", "/..", "/a/.", "/a/..", "/./a", "/../a", "/a/./b"})
    void bytesThatAreNoCleanedKeyAreRefused(String text) {
        assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(text.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2f80", // a continuation byte alone
                "2fc3", // cut off
                "2fc0af", // "/" in two bytes
                "2fc080", // NUL in two bytes
                "2fe080af", // "/" in three bytes
                "2feda080", // a surrogate
                "2fedb080",
                "2ff4908080", // beyond U+10FFFF
                "2ff8888080", // five bytes
                "2fff",
                "efbbbf2f61", // a byte order mark
                "2f00",
                "2f6100"
            })
    void bytesThatAreNoStrictUtf8AreRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes));
    }

    @Test
    void bytesAreTheCallersOnTheWayInAndOut() {
        byte[] bytes = "/abc".getBytes(UTF_8);
        Key key = Key.fromUtf8(bytes);
        bytes[1] = 'x';
        key.toUtf8()[2] = 'x';
        assertEquals("/abc", key.toString());
        assertEquals(4, key.length());
    }

    @Test
    void keysCompareByBytesAlsoBeyondTheBasicMultilingualPlane() {
        List<Key> ascending = List.of(
                Key.ROOT,
                Key.of("/\u0001"),
                Key.of("/a"),
                Key.of("/a!"),
                Key.of("/a/b"), // "/" sorts behind "!" and before "0": no namespace is kept together
                Key.of("/a0"),
                Key.of("/\u00e9"),
                Key.of("/\u4e16"),
                Key.of("/\uffff"),
                Key.of("/\ud83d\ude00"));
        assertEquals(ascending, new ArrayList<>(new TreeSet<>(ascending)));
        assertTrue("/\uffff".compareTo("/\ud83d\ude00") > 0, "a String compares otherwise, by UTF-16");
        assertTrue(Key.of("/\uffff").compareTo(Key.of("/\ud83d\ude00")) < 0);
    }

    @Test
    void aKeyEqualsOnlyKeysOfTheSameBytes() {
        assertEquals(Key.of("/\u00e9"), Key.fromUtf8(new byte[] {'/', (byte) 0xc3, (byte) 0xa9}));
        assertNotEquals(Key.of("/\u00e9"), Key.of("/e\u0301"), "Unicode is not normalized");
        assertNotEquals(Key.of("/a"), Key.of("/A"));
        assertFalse(Key.of("/a").equals((Object) "/a"));
    }

    @Test
    void theRootHasNoPartsAndIsItsOwnParent() {
        assertTrue(Key.ROOT.isRoot());
        assertEquals(List.of(), Key.ROOT.namespaces());
        assertEquals(Key.ROOT, Key.ROOT.parent());
        assertEquals("", Key.ROOT.name());
        assertEquals("", Key.ROOT.type());
        assertEquals("", Key.ROOT.baseNamespace());
        assertEquals(Key.ROOT, Key.ROOT.reverse());
        assertFalse(Key.ROOT.isTopLevel());
        assertTrue(Key.of("/a").isTopLevel());
        assertFalse(Key.of("/a/b").isTopLevel());
        assertEquals(Key.ROOT, Key.of(List.of()));
    }

    @Test
    void typeAndNameAreDividedByTheLastColonOfTheLastPart() {
        Key key = Key.of("/Comedy:x/MontyPython/a:Actor:JohnCleese");
        assertEquals("JohnCleese", key.name());
        assertEquals("a:Actor", key.type());
        assertEquals(Key.of("/Comedy:x/MontyPython/a:Actor"), key.path());
        assertEquals(Key.of("/a:b:c"), Key.of("/a:b").instance("c"));
    }

    @Test
    void anAncestorIsAboveByWholePartsAndNotTheKeyItself() {
        assertTrue(Key.of("/a").isAncestorOf(Key.of("/a/b/c")));
        assertTrue(Key.of("/a/b/c").isDescendantOf(Key.of("/a")));
        assertTrue(Key.ROOT.isAncestorOf(Key.of("/a")));
        assertFalse(Key.of("/a").isAncestorOf(Key.of("/ab")));
        assertFalse(Key.of("/a").isAncestorOf(Key.of("/a")));
        assertFalse(Key.ROOT.isAncestorOf(Key.ROOT));
        assertFalse(Key.of("/a/b").isAncestorOf(Key.of("/a")));
    }

    @Test
    void aChildFromTextMayLeadUpAndOneFromAKeyMayNot() {
        assertEquals(Key.of("/b"), Key.of("/a").child("../b"));
        assertEquals(Key.of("/a/b"), Key.of("/a").child(Key.of("../b")));
        assertEquals(Key.of("/a"), Key.of("/a").child(Key.ROOT));
        assertEquals(Key.of("/a"), Key.ROOT.child(Key.of("/a")));
    }

    @Test
    void bytesAreComparedWithoutBeingAKey() {
        Key key = Key.of("/b");
        assertTrue(key.compareToBytes(new byte[0]) > 0);
        assertEquals(0, key.compareToBytes(new byte[] {'/', 'b'}));
        assertTrue(key.compareToBytes(new byte[] {'/', 'b', 0}) < 0);
        assertTrue(key.compareToBytes(new byte[] {(byte) 0xff}) < 0, "bytes are unsigned");
        assertTrue(key.startsWith(new byte[0]));
        assertTrue(key.startsWith(new byte[] {'/'}));
        assertTrue(key.startsWith(new byte[] {'/', 'b'}));
        assertFalse(key.startsWith(new byte[] {'/', 'b', 0}));
        assertFalse(key.startsWith(new byte[] {'b'}));
    }

    @Test
    void aMessageAboutALongOrUnprintableKeyStaysShortAndPrintable() {
        String text = "/\u001b[31m\u009b\n" + "x".repeat(100_000) + "\0";
        String message =
                assertThrows(InvalidKeyException.class, () -> Key.of(text)).getMessage();
        assertTrue(message.length() < 300, "length " + message.length());
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
        assertTrue(message.contains("\\u001b[31m\\u009b\\u000a"), message);
    }

    @Test
    void aKeyIsMadeOfAPartOfAnArrayWhichItDoesNotKeep() {
        byte[] bytes = "xx/a/bxx".getBytes(UTF_8);
        Key key = Key.fromUtf8(bytes, 2, 6);
        bytes[3] = 'z';
        assertEquals(Key.of("/a/b"), key);
        assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes, 2, 5));
        assertThrows(InvalidKeyException.class, () -> Key.fromUtf8(bytes, 2, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> Key.fromUtf8(bytes, 2, 9));
        assertThrows(IndexOutOfBoundsException.class, () -> Key.fromUtf8(bytes, -1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> Key.fromUtf8(bytes, 4, 2));
    }
}
