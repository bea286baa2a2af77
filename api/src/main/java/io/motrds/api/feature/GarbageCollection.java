package io.motrds.api.feature;

/** Gives back space that deleted and overwritten values still take. */
public interface GarbageCollection extends Feature {

    /** Returns when the space was given back. */
    void collectGarbage();
}
