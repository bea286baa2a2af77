/** Benchmarks: the same work on several stores, alternating, with what the machine could do beside it. */
@NullMarked
package io.motrds.bench;

import org.jspecify.annotations.NullMarked;
