/** The tests that every store passes. */
@NullMarked
package io.motrds.tck;

import org.jspecify.annotations.NullMarked;
