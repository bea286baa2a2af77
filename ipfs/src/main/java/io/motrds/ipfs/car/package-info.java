/** CAR files: blocks in one stream, in and out. */
@NullMarked
package io.motrds.ipfs.car;

import org.jspecify.annotations.NullMarked;
