/** The embedded default: LevelDB in pure Java. */
@NullMarked
package io.motrds.leveldb;

import org.jspecify.annotations.NullMarked;
