package io.motrds.ipfs.unixfs;

import java.util.function.LongConsumer;

/**
 * How to write to disk. Each method returns new options.
 *
 * @param overwrite whether files that exist are replaced
 * @param progress hears how many bytes were written, on the caller's thread
 */
public record GetOptions(boolean overwrite, LongConsumer progress) {

    /** Refuses to replace a file, tells nobody. */
    public static GetOptions defaults() {
        return new GetOptions(false, bytes -> {});
    }

    /** Replacing files that exist, or not. */
    public GetOptions overwrite(boolean replace) {
        return new GetOptions(replace, progress);
    }

    /** With somebody to tell. */
    public GetOptions progress(LongConsumer hears) {
        return new GetOptions(overwrite, hears);
    }
}
