package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;

/**
 * Hears how an import gets on. Called by one thread of the import at a time, not the caller's; what a call throws ends the
 * import.
 */
public interface ImportListener {

    /** More content was hashed; where the import stands. */
    default void progress(long bytes) {}

    /**
     * A file or folder has its CID. Its blocks are durable when the import has returned, not yet now.
     *
     * @param path its name below what is imported, with {@code /} between the parts; empty for a stream
     * @param cid its CID
     * @param size bytes of content
     */
    default void added(String path, Cid cid, long size) {}
}
