package io.motrds.api.feature;

/** Reads and writes that take effect together. */
public interface Transactions extends Feature {

    /** Starts a transaction that sees the store as it is now, and its own writes. */
    Transaction begin();
}
