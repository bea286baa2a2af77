/** JMH benchmarks of the small pieces. */
@NullMarked
package io.motrds.bench.pieces;

import org.jspecify.annotations.NullMarked;
