/** Hashing and storing blocks while more are read: what imports of files and of CARs share. */
@NullMarked
package io.motrds.ipfs.pipeline;

import org.jspecify.annotations.NullMarked;
