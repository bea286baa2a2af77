package io.motrds.api.feature;

/** Looks for damage and leftovers and repairs what can be repaired without losing data. */
public interface Scrub extends Feature {

    /**
     * Repairs what can be repaired.
     *
     * @throws io.motrds.api.CorruptDataException if damage remains that cannot be repaired
     */
    void scrub();
}
