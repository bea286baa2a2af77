package io.motrds.ipfs.unixfs;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What UnixFS 1.5 may keep of a file, folder or symbolic link beside its content. Part of its root, so it changes the CID.
 *
 * @param mode the twelve permission bits of Unix, as in 0644; empty when there are none
 * @param mtime when the content was changed last; empty when that is not told
 */
public record UnixFsMetadata(OptionalInt mode, Optional<Instant> mtime) {

    /** Nothing is told. */
    public static final UnixFsMetadata NONE = new UnixFsMetadata(OptionalInt.empty(), Optional.empty());

    /** The permission bits of a mode, with set-user-id, set-group-id and sticky. */
    static final int MODE_BITS = 07777;

    /** Whether nothing is told. */
    public boolean isEmpty() {
        return mode.isEmpty() && mtime.isEmpty();
    }
}
