package io.motrds.api.feature;

/** The space that a store takes. */
public interface DiskUsage extends Feature {

    /** Bytes on disk, or in memory for a store in memory; an estimate where exactness would be slow. */
    long diskUsageBytes();
}
