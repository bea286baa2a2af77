package io.motrds.api.query;

/** How much of each entry a query gives. */
public enum Projection {
    /** The key alone. */
    KEYS,
    /** The key and its value's size. */
    KEYS_AND_SIZES,
    /** The key, its value and the value's size. */
    VALUES
}
