package io.motrds.api.feature;

/** A committed batch is applied whole or not at all, for readers and after a crash. */
public interface AtomicBatches extends Feature {}
