/** The motrds command. */
@NullMarked
package io.motrds.cli;

import org.jspecify.annotations.NullMarked;
