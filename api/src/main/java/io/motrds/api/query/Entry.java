package io.motrds.api.query;

import io.motrds.api.Key;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One result of a query.
 *
 * @param key the key
 * @param value the value, the receiver's own copy; null in a query for keys only
 * @param size the value's size in bytes, or {@link #UNKNOWN_SIZE} in a query that asked neither for values nor sizes
 */
public record Entry(Key key, byte @Nullable [] value, long size) {

    /** The size of an entry whose size was not asked for. */
    public static final long UNKNOWN_SIZE = -1;

    /** An entry with its value. */
    public static Entry of(Key key, byte[] value) {
        return new Entry(key, value, value.length);
    }

    /** An entry with its value's size alone. */
    public static Entry ofSize(Key key, long size) {
        return new Entry(key, null, size);
    }

    /** An entry of a query for keys only. */
    public static Entry ofKey(Key key) {
        return new Entry(key, null, UNKNOWN_SIZE);
    }

    /**
     * The value of an entry that has one.
     *
     * @throws IllegalStateException in a query for keys only
     */
    public byte[] requireValue() {
        byte[] present = value;
        if (present == null) {
            throw new IllegalStateException("the query asked for keys only, " + key + " has no value here");
        }
        return present;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry entry
                && size == entry.size
                && key.equals(entry.key)
                && Arrays.equals(value, entry.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, size, Arrays.hashCode(value));
    }

    /** The key and the size; never the value. */
    @Override
    public String toString() {
        return key + (size == UNKNOWN_SIZE ? "" : " (" + size + " B)");
    }
}
