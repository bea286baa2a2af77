/** Blocks: pieces of data named by their hash, over any datastore. */
@NullMarked
package io.motrds.ipfs;

import org.jspecify.annotations.NullMarked;
