package io.motrds.api.query;

import io.motrds.api.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys, by their bytes: from one bound, inclusive, to another, exclusive. The bounds need not be keys.
 * Immutable; bounds are copied in and out.
 */
public final class KeyRange {

    /** Every key. */
    public static final KeyRange ALL = new KeyRange(new byte[0], null);

    private final byte[] from;
    private final byte @Nullable [] to;

    private KeyRange(byte[] from, byte @Nullable [] to) {
        this.from = from;
        this.to = to;
    }

    /** From one bound, inclusive, to another, exclusive; without the other to the last key. */
    public static KeyRange between(byte[] from, byte @Nullable [] to) {
        return new KeyRange(from.clone(), to == null ? null : to.clone());
    }

    /** The strict children of a key; every key for {@code /}. */
    public static KeyRange under(Key prefix) {
        return prefix.isRoot() ? ALL : startingWith((prefix + "/").getBytes(StandardCharsets.UTF_8));
    }

    /** What starts with these bytes. */
    public static KeyRange startingWith(byte[] bytes) {
        byte[] after = bytes.clone();
        for (int i = after.length - 1; i >= 0; i--) {
            if (++after[i] != 0) {
                return new KeyRange(bytes.clone(), Arrays.copyOf(after, i + 1));
            }
        }
        return new KeyRange(bytes.clone(), null);
    }

    /** The keys that compare so with these bytes; empty for {@link Comparison#NOT_EQUAL}, which is no range. */
    static Optional<KeyRange> comparing(Comparison comparison, byte[] bytes) {
        byte[] behind = Arrays.copyOf(bytes, bytes.length + 1); // the smallest that is larger
        return switch (comparison) {
            case EQUAL -> Optional.of(new KeyRange(bytes, behind));
            case NOT_EQUAL -> Optional.empty();
            case GREATER -> Optional.of(new KeyRange(behind, null));
            case GREATER_OR_EQUAL -> Optional.of(new KeyRange(bytes, null));
            case LESS -> Optional.of(new KeyRange(new byte[0], bytes));
            case LESS_OR_EQUAL -> Optional.of(new KeyRange(new byte[0], behind));
        };
    }

    /** What lies in both. */
    public KeyRange and(KeyRange other) {
        byte[] otherTo = other.to;
        byte[] thisTo = to;
        byte[] lower = Arrays.compareUnsigned(from, other.from) >= 0 ? from : other.from;
        byte[] upper =
                thisTo == null || (otherTo != null && Arrays.compareUnsigned(otherTo, thisTo) < 0) ? otherTo : thisTo;
        return new KeyRange(lower, upper);
    }

    /** The smallest bytes in the range; empty when the range starts with the first key. */
    public byte[] from() {
        return from.clone();
    }

    /** The smallest bytes behind the range; empty when the range ends with the last key. */
    public Optional<byte[]> to() {
        byte[] bound = to;
        return bound == null ? Optional.empty() : Optional.of(bound.clone());
    }

    /** Whether nothing can lie in the range. */
    public boolean isEmpty() {
        byte[] bound = to;
        return bound != null && Arrays.compareUnsigned(from, bound) >= 0;
    }

    /** Whether the key lies in the range. */
    public boolean contains(Key key) {
        return key.compareToBytes(from) >= 0 && isBefore(key);
    }

    /** Whether the key lies in the range or before it: the test of an ascending scan that started at {@link #from}. */
    public boolean isBefore(Key key) {
        byte[] bound = to;
        return bound == null || key.compareToBytes(bound) < 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyRange range && Arrays.equals(from, range.from) && Arrays.equals(to, range.to);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(from) + Arrays.hashCode(to);
    }

    @Override
    public String toString() {
        return "[" + text(from) + ", " + (to == null ? "" : text(to)) + ")";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
