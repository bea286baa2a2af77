package io.motrds.ipfs.car;

import java.util.function.LongConsumer;

/**
 * How to import a CAR. Each method returns new options.
 *
 * @param partial whether a CAR is taken that lacks blocks, which the store lacks, too
 * @param progress hears how many bytes of the CAR were read, on the caller's thread
 */
public record CarImportOptions(boolean partial, LongConsumer progress) {

    /** Refuses incomplete CARs, tells nobody. */
    public static CarImportOptions defaults() {
        return new CarImportOptions(false, bytes -> {});
    }

    /** Taking incomplete CARs, or not. */
    public CarImportOptions partial(boolean taken) {
        return new CarImportOptions(taken, progress);
    }

    /** With somebody to tell. */
    public CarImportOptions progress(LongConsumer hears) {
        return new CarImportOptions(partial, hears);
    }
}
