package io.motrds.api.query;

/**
 * What the query engine asks of a store. A store looks only at the parts that it declared in {@link QueryPart}; the
 * engine does the others.
 *
 * @param range the keys to read ({@link QueryPart#KEY_RANGE}); never an empty one
 * @param direction the key order to read them in; never one that the store did not declare
 * @param offset how many entries of the range to skip; 0 unless the store declared {@link QueryPart#OFFSET}
 * @param limit how many entries will be read at most, so that a store that reads ahead reads no more; the store need not
 *     stop there
 * @param projection how much of each entry is needed: with {@link QueryPart#KEYS_ONLY} and {@link QueryPart#SIZES} a
 *     store leaves out the rest, otherwise it may give more
 */
public record Scan(KeyRange range, Direction direction, long offset, long limit, Projection projection) {

    /** The order of keys in a scan. */
    public enum Direction {
        /** No particular order. */
        ANY,
        /** The smallest key first. */
        ASCENDING,
        /** The largest key first. */
        DESCENDING
    }
}
