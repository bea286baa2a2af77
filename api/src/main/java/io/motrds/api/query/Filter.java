package io.motrds.api.query;

import io.motrds.api.InvalidKeyException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A condition that every result of a query meets. Several filters must all hold. */
public sealed interface Filter {

    /** Whether the entry meets the condition. The entry has its value if {@link #needsValue}. */
    boolean test(Entry entry);

    /** Whether the condition looks at values, so that they are read even in a query for keys only. */
    boolean needsValue();

    /**
     * Compares keys, by their bytes, with a text that need not be a key.
     *
     * @throws InvalidKeyException if the text contains a surrogate without its partner
     */
    static Filter key(Comparison comparison, String text) {
        return new KeyCompare(comparison, text);
    }

    /**
     * Keys that start with this text, which need not end at a {@code /}: {@code /a} selects {@code /a} and {@code /ab}.
     *
     * @throws InvalidKeyException as {@link #key}
     */
    static Filter keyPrefix(String text) {
        return new KeyPrefix(text);
    }

    /** Compares values byte by byte, unsigned. The array is copied. */
    static Filter value(Comparison comparison, byte[] bytes) {
        return new ValueCompare(comparison, bytes);
    }

    /** Any condition on keys. */
    static Filter matchingKey(Predicate<Entry> predicate) {
        return new Matching(predicate, false);
    }

    /** Any condition on keys and values. */
    static Filter matching(Predicate<Entry> predicate) {
        return new Matching(predicate, true);
    }

    private static void requireUnicode(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidKeyException("a key filter must be valid Unicode");
        }
    }

    /**
     * See {@link Filter#key}.
     *
     * @param comparison how to compare the entry's key with the text
     * @param text what to compare with
     */
    record KeyCompare(Comparison comparison, String text) implements Filter {
        /** Refuses what is not Unicode. */
        public KeyCompare {
            requireUnicode(text);
        }

        @Override
        public boolean test(Entry entry) {
            return comparison.holds(entry.key().compareToBytes(text.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public boolean needsValue() {
            return false;
        }
    }

    /**
     * See {@link Filter#keyPrefix}.
     *
     * @param text what keys start with
     */
    record KeyPrefix(String text) implements Filter {
        /** Refuses what is not Unicode. */
        public KeyPrefix {
            requireUnicode(text);
        }

        @Override
        public boolean test(Entry entry) {
            return entry.key().startsWith(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean needsValue() {
            return false;
        }
    }

    /**
     * See {@link Filter#value}.
     *
     * @param comparison how to compare the entry's value with the bytes
     * @param bytes what to compare with
     */
    record ValueCompare(Comparison comparison, byte[] bytes) implements Filter {
        /** Copies the bytes. */
        public ValueCompare {
            bytes = bytes.clone();
        }

        /** A copy of what to compare with. */
        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean test(Entry entry) {
            return comparison.holds(Arrays.compareUnsigned(entry.requireValue(), bytes));
        }

        @Override
        public boolean needsValue() {
            return true;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ValueCompare compare
                    && comparison == compare.comparison
                    && Arrays.equals(bytes, compare.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * comparison.hashCode() + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "ValueCompare[" + comparison + ", " + bytes.length + " B]";
        }
    }

    /**
     * See {@link Filter#matching} and {@link Filter#matchingKey}.
     *
     * @param predicate the condition
     * @param needsValue whether it looks at values
     */
    record Matching(Predicate<Entry> predicate, boolean needsValue) implements Filter {
        @Override
        public boolean test(Entry entry) {
            return predicate.test(entry);
        }
    }
}
