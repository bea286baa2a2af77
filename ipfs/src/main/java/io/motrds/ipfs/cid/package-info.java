/** Names of content: multihashes, CIDs, and the text forms of both. */
@NullMarked
package io.motrds.ipfs.cid;

import org.jspecify.annotations.NullMarked;
