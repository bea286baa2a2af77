package io.motrds.api.feature;

/** What was written is there after the store was closed and opened again; what was synced, after a crash, too. */
public interface Persistence extends Feature {}
