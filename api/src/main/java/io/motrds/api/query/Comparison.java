package io.motrds.api.query;

/** How a filter compares what an entry has (left) with what the filter names (right). */
public enum Comparison {
    /** Equal. */
    EQUAL,
    /** Not equal. */
    NOT_EQUAL,
    /** Greater than. */
    GREATER,
    /** Greater than or equal. */
    GREATER_OR_EQUAL,
    /** Less than. */
    LESS,
    /** Less than or equal. */
    LESS_OR_EQUAL;

    /** Whether the comparison holds for the sign that a comparator returned. */
    public boolean holds(int sign) {
        return switch (this) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case GREATER -> sign > 0;
            case GREATER_OR_EQUAL -> sign >= 0;
            case LESS -> sign < 0;
            case LESS_OR_EQUAL -> sign <= 0;
        };
    }
}
