package io.motrds.motr;

import org.jspecify.annotations.Nullable;

/**
 * What Motr answered: a code for the operation and one for each record, in the order of the request. The codes of
 * records mean something only when the operation's is 0.
 *
 * @param rc 0, or a negative errno of the whole operation
 * @param rcs 0, or a negative errno, for each record
 * @param keys the keys found by {@link Request.Next}, null elsewhere and for records that were not found
 * @param values the values that were read, null elsewhere and for records that were not found
 */
public record Reply(int rc, int[] rcs, byte[] @Nullable [] keys, byte[] @Nullable [] values) {

    private static final int[] NO_CODES = {};
    private static final byte[][] NOTHING = {};

    /** A failure of the whole operation. */
    public static Reply failed(int rc) {
        return new Reply(rc, NO_CODES, NOTHING, NOTHING);
    }

    /** The reply for one record alone. */
    Reply part(int at) {
        return new Reply(
                rc,
                new int[] {rcs[at]},
                keys.length == 0 ? keys : new byte[][] {keys[at]},
                values.length == 0 ? values : new byte[][] {values[at]});
    }

    /**
     * Whether a record reads as empty. The native format has none, but Motr said so (seen once, of a record that was being
     * written, on two nodes).
     */
    boolean hasEmptyValue() {
        for (byte[] value : values) {
            if (value != null && value.length == 0) {
                return true;
            }
        }
        return false;
    }

    /** The codes of an operation that reads nothing. */
    public static Reply codes(int[] rcs) {
        return new Reply(0, rcs, NOTHING, NOTHING);
    }
}
