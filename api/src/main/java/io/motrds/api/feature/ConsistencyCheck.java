package io.motrds.api.feature;

/** Looks for damage without changing anything. */
public interface ConsistencyCheck extends Feature {

    /**
     * Reads everything and verifies what can be verified.
     *
     * @throws io.motrds.api.CorruptDataException naming the first damage that was found
     */
    void check();
}
