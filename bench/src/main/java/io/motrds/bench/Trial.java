package io.motrds.bench;

/** Work that can be done again and again on one contestant; what it needs is prepared when it is made. */
interface Trial extends AutoCloseable {

    /** Does the work once; only the part that counts is timed. */
    Run run() throws Exception;

    @Override
    default void close() throws Exception {}
}
