package io.motrds.api.feature;

/**
 * A committed batch is applied whole or not at all, for {@code get}, {@code getAll}, {@code has} and {@code size} and
 * after a crash. A query that is under way meanwhile may show a part of it.
 */
public interface AtomicBatches extends Feature {}
