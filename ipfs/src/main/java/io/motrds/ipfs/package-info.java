/** Blocks, CIDs and UnixFS files over any datastore. */
@NullMarked
package io.motrds.ipfs;

import org.jspecify.annotations.NullMarked;
