/** A sorted map in memory, the reference for every other store. */
@NullMarked
package io.motrds.memory;

import org.jspecify.annotations.NullMarked;
