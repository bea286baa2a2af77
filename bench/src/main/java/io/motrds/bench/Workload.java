package io.motrds.bench;

/** One kind of work that is done on every store in the same way. */
interface Workload {

    /** As in {@code get 256 KiB, 8 threads}. */
    String name();

    Unit unit();

    /** How much work each contestant must have done for a ratio that is quoted. */
    default double workForQuote() {
        return 0;
    }

    /** Whether a contestant takes part. */
    default boolean takes(Contestant contestant) {
        return true;
    }

    /** Whether it writes without a sync at the end. */
    default boolean isUnforced() {
        return false;
    }

    /** Prepares a store for the work, in memory or a folder of its own. */
    Trial on(Contestant store) throws Exception;
}
