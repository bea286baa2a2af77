package io.motrds.api;

/**
 * The largest key and the largest value that a store takes; it refuses larger ones before anything is written.
 *
 * @param maxKeyBytes UTF-8 bytes of a key, at least {@link #MIN_KEY_BYTES}
 * @param maxValueBytes bytes of a value, at least {@link #MIN_VALUE_BYTES}, but for a store in another program's format
 *     whose medium takes less
 */
public record Limits(int maxKeyBytes, int maxValueBytes) {

    /** Keys up to this many bytes fit every store. */
    public static final int MIN_KEY_BYTES = 900;

    /** Values up to this many bytes (3 MiB) fit every store that passes the conformance kit. */
    public static final int MIN_VALUE_BYTES = 3 << 20;

    /** Checks the keys against what every store must take; the values' limit is the kit's to judge. */
    public Limits {
        if (maxKeyBytes < MIN_KEY_BYTES || maxValueBytes < 0) {
            throw new IllegalArgumentException("every store takes keys of " + MIN_KEY_BYTES + " bytes, not only "
                    + maxKeyBytes + "; values up to " + maxValueBytes);
        }
    }

    /** What fits both: for stores made of stores. */
    public Limits and(Limits other) {
        return new Limits(Math.min(maxKeyBytes, other.maxKeyBytes), Math.min(maxValueBytes, other.maxValueBytes));
    }

    /**
     * Refuses a key that is too long.
     *
     * @throws InvalidKeyException if the key is longer than the limit
     */
    public void check(Key key) {
        if (key.length() > maxKeyBytes) {
            throw new InvalidKeyException("key of " + key.length() + " bytes is over the limit of " + maxKeyBytes + ": "
                    + key.toString().substring(0, 100) + "…");
        }
    }

    /**
     * Refuses a value that is too large.
     *
     * @param key the key it belongs to, for the message
     * @throws ValueTooLargeException if the value is larger than the limit
     */
    public void check(Key key, byte[] value) {
        if (value.length > maxValueBytes) {
            throw new ValueTooLargeException(
                    "value of " + value.length + " bytes is over the limit of " + maxValueBytes + ", key " + key);
        }
    }
}
