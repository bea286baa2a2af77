/**
 * Yardsticks: the libraries below our stores, and their peer, each with nothing around it but what the benchmark calls
 * it through. They check nothing and keep none of the contract's promises beyond what is measured.
 */
@NullMarked
package io.motrds.bench.raw;

import org.jspecify.annotations.NullMarked;
