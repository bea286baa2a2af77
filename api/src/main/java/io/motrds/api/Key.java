package io.motrds.api;

import io.motrds.api.spi.Printable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of a value: an absolute, cleaned, {@code /}-separated path.
 *
 * <p>The rules are go-datastore's. {@link #of} cleans like a path: {@code ""} and {@code "//"} are {@code /},
 * {@code a//b/../c/} is {@code /a/c}. A key is UTF-8; keys compare by those bytes, unsigned, which for characters beyond
 * the Basic Multilingual Plane is another order than that of {@link String}. A key never contains NUL. How long it may
 * be is up to the store, see {@link Datastore#limits()}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Key implements Comparable<Key> {

    /** The key {@code /}, the ancestor of every other. */
    public static final Key ROOT = new Key(new byte[] {'/'}, "/");

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGHEST = EACH << 7;

    private final byte[] utf8;
    private @Nullable String text; // decoded at first use; a race at worst decodes twice

    private Key(byte[] utf8, @Nullable String text) {
        this.utf8 = utf8;
        this.text = text;
    }

    /**
     * A key from text, cleaned.
     *
     * @throws InvalidKeyException if the text contains NUL or a surrogate without its partner
     */
    public static Key of(String text) {
        String clean = clean(text);
        return clean.equals("/") ? ROOT : new Key(encode(clean), clean);
    }

    /**
     * A key from its namespaces, as in {@code Key.of(List.of("a", "b"))} for {@code /a/b}. The result is cleaned.
     *
     * @throws InvalidKeyException as {@link #of(String)}
     */
    public static Key of(List<String> namespaces) {
        return of(String.join("/", namespaces));
    }

    /**
     * The key that a store kept as these bytes. Nothing is cleaned: bytes that {@link #toUtf8} could not have produced
     * are refused. The array is copied.
     *
     * @throws InvalidKeyException if the bytes are not a cleaned key in UTF-8
     */
    public static Key fromUtf8(byte[] utf8) {
        return fromUtf8(utf8, 0, utf8.length);
    }

    /**
     * The key that a store kept as a part of these bytes, see {@link #fromUtf8(byte[])}.
     *
     * @param from where it begins
     * @param to the end, exclusive
     * @throws InvalidKeyException if the part is not a cleaned key in UTF-8
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public static Key fromUtf8(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        byte[] utf8 = Arrays.copyOfRange(bytes, from, to);
        if (!isCleanAscii(utf8)) {
            String decoded = decode(utf8);
            if (!clean(decoded).equals(decoded)) {
                throw new InvalidKeyException("not a cleaned key: " + Printable.quoted(decoded));
            }
        }
        return new Key(utf8, null);
    }

    /** The key's UTF-8 bytes, a fresh copy. */
    public byte[] toUtf8() {
        return utf8.clone();
    }

    /** The number of its UTF-8 bytes. */
    public int length() {
        return utf8.length;
    }

    /** Compares this key's bytes, unsigned, with those of a string that need not be a key. */
    public int compareToBytes(byte[] bytes) {
        return Arrays.compareUnsigned(utf8, bytes);
    }

    /** Whether the key's bytes start with these. */
    public boolean startsWith(byte[] bytes) {
        return utf8.length >= bytes.length && Arrays.mismatch(utf8, 0, bytes.length, bytes, 0, bytes.length) < 0;
    }

    /** Its parts: {@code /a/b} has {@code a} and {@code b}, {@code /} has none. */
    public List<String> namespaces() {
        return isRoot() ? List.of() : List.of(toString().substring(1).split("/", -1));
    }

    /** The last part: {@code Actor:JohnCleese} of {@code /Comedy/Actor:JohnCleese}; empty for {@code /}. */
    public String baseNamespace() {
        String s = toString();
        return s.substring(s.lastIndexOf('/') + 1);
    }

    /** What follows the last colon of the last part: {@code JohnCleese} of {@code /Comedy/Actor:JohnCleese}. */
    public String name() {
        String base = baseNamespace();
        return base.substring(base.lastIndexOf(':') + 1);
    }

    /** What precedes the last colon of the last part: {@code Actor} of {@code /Comedy/Actor:JohnCleese}; else empty. */
    public String type() {
        String base = baseNamespace();
        return base.substring(0, Math.max(0, base.lastIndexOf(':')));
    }

    /** This key with {@code :name} behind it: {@code /Comedy/Actor} becomes {@code /Comedy/Actor:JohnCleese}. */
    public Key instance(String name) {
        return of(this + ":" + name);
    }

    /** This key without the instance: {@code /Comedy/Actor:JohnCleese} becomes {@code /Comedy/Actor}. */
    public Key path() {
        return of(parent() + "/" + type());
    }

    /** The key above: {@code /a} of {@code /a/b}; {@code /} is its own parent. */
    public Key parent() {
        int slash = lastSlash();
        return slash == 0 ? ROOT : new Key(Arrays.copyOf(utf8, slash), null);
    }

    /** The key below: {@code /a} and {@code /b/c} make {@code /a/b/c}. */
    public Key child(Key below) {
        if (isRoot()) {
            return below;
        }
        if (below.isRoot()) {
            return this;
        }
        byte[] joined = Arrays.copyOf(utf8, utf8.length + below.utf8.length);
        System.arraycopy(below.utf8, 0, joined, utf8.length, below.utf8.length);
        return new Key(joined, null);
    }

    /**
     * The key below, from text that is cleaned together with this key's, as go-datastore does: {@code ".."} leads up.
     *
     * @throws InvalidKeyException as {@link #of(String)}
     */
    public Key child(String below) {
        return of(this + "/" + below);
    }

    /** The parts in reverse: {@code /a/b} becomes {@code /b/a}. */
    public Key reverse() {
        List<String> parts = Arrays.asList(namespaces().toArray(new String[0]));
        Collections.reverse(parts);
        return of(parts);
    }

    /** Whether the other key lies below this one. A key is not its own ancestor. */
    public boolean isAncestorOf(Key other) {
        if (other.utf8.length <= utf8.length) {
            return false;
        }
        return isRoot() || (other.utf8[utf8.length] == '/' && other.startsWith(utf8));
    }

    /** Whether this key lies below the other one. */
    public boolean isDescendantOf(Key other) {
        return other.isAncestorOf(this);
    }

    /** Whether the key has exactly one part. */
    public boolean isTopLevel() {
        return !isRoot() && lastSlash() == 0;
    }

    /** Whether this is {@code /}. */
    public boolean isRoot() {
        return utf8.length == 1;
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(utf8, other.utf8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && Arrays.equals(utf8, key.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    /** The key as text, always with a leading {@code /}. */
    @Override
    public String toString() {
        String s = text;
        if (s == null) {
            s = new String(utf8, StandardCharsets.UTF_8);
            text = s;
        }
        return s;
    }

    private int lastSlash() {
        int i = utf8.length - 1;
        while (utf8[i] != '/') {
            i--;
        }
        return i;
    }

    private static String clean(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidKeyException("a key must not contain NUL: " + Printable.quoted(text));
        }
        if (isClean(text)) {
            return text;
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : text.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static boolean isClean(String s) {
        int end = s.length();
        if (end == 0 || s.charAt(0) != '/') {
            return false;
        }
        int start = 1; // of the part at hand
        for (int i = 1; i <= end; i++) {
            if (i == end || s.charAt(i) == '/') {
                boolean dots = i - start <= 2 && s.startsWith("..".substring(0, Math.min(2, i - start)), start);
                if (dots) { // the empty part, "." and ".."
                    return end == 1;
                }
                start = i + 1;
            }
        }
        return true;
    }

    /** Looks at eight bytes at a time: listings make a key of all that they read. */
    private static boolean isCleanAscii(byte[] utf8) {
        int length = utf8.length;
        if (length == 0 || utf8[0] != '/' || (length > 1 && utf8[length - 1] == '/')) {
            return false;
        }
        if (length <= Long.BYTES) {
            return isCleanAsciiFromOne(utf8);
        }
        for (int i = 1; i + Long.BYTES <= length; i += Long.BYTES) {
            if (isSuspicious(utf8, i)) {
                return false; // not ASCII, NUL, or perhaps not clean: let the slow way decide
            }
        }
        return !isSuspicious(utf8, length - Long.BYTES);
    }

    private static boolean isCleanAsciiFromOne(byte[] utf8) {
        for (int i = 1; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b <= 0 || (utf8[i - 1] == '/' && (b == '/' || b == '.'))) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of the eight bytes from here on is not ASCII, or NUL, or a slash or a dot behind a slash. */
    private static boolean isSuspicious(byte[] utf8, int from) {
        long eight = (long) EIGHT_BYTES.get(utf8, from);
        long before = (long) EIGHT_BYTES.get(utf8, from - 1);
        long behindSlashes = zeros(before ^ EACH * '/');
        long slashesAndDots = zeros((eight | EACH) ^ EACH * '/'); // a dot is 2e, a slash 2f
        return ((eight & HIGHEST) | zeros(eight) | (behindSlashes & slashesAndDots)) != 0;
    }

    /** The highest bit of each byte that is zero. */
    private static long zeros(long eight) {
        return ~(((eight & ~HIGHEST) + ~HIGHEST) | eight) & HIGHEST;
    }

    private static byte[] encode(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new InvalidKeyException("a key must be valid Unicode: " + Printable.quoted(text), e);
        }
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidKeyException(
                    "a key must be UTF-8: " + Printable.quoted(new String(utf8, StandardCharsets.ISO_8859_1)), e);
        }
    }
}
