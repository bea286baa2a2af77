/**
 * The production store: keys and values as records of a CORTX Motr index.
 *
 * <p>From the top: {@code MotrDatastore} (keys, values, batches, queries), the record format ({@code DirectoryRecord},
 * {@code Layout}, {@code Generation}), {@code Pipeline} (a bounded number of operations in flight, deadlines, retries),
 * {@code MotrIndex} (the boundary to Motr) with the native client and an in-memory fake behind it.
 */
@NullMarked
package io.motrds.motr;

import org.jspecify.annotations.NullMarked;
