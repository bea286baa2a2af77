package io.motrds.api.feature;

/** The store counts what it asks of the servers behind it, so that the cost of an operation can be told. */
public interface RequestCount extends Feature {

    /** How many operations or requests were sent since the store was opened, repeated ones included. */
    long requests();
}
