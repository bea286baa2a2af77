package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;

/**
 * What was imported.
 *
 * @param cid its root
 * @param size bytes of content, of all files together
 * @param dagSize bytes of all blocks; a block counts as often as it is linked to
 */
public record Imported(Cid cid, long size, long dagSize) {}
