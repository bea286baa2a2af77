package io.motrds.api.query;

/**
 * A part of a query that a store may do itself. What it does not do, {@link QueryEngine} does, at the cost that is named
 * here.
 */
public enum QueryPart {
    /** Reads only the keys of the asked range (prefix and key filters). Otherwise the whole store is read. */
    KEY_RANGE,
    /** Gives ascending key order. Otherwise results are sorted in memory. */
    KEY_ORDER,
    /** Gives descending key order. Otherwise results are sorted in memory. */
    KEY_ORDER_DESCENDING,
    /** Skips entries without reading their values. Otherwise they are read and dropped. */
    OFFSET,
    /** Reads no values for a query of keys only. Otherwise they are read and dropped. */
    KEYS_ONLY,
    /** Tells sizes without reading values. Otherwise values are read and dropped. */
    SIZES
}
