package io.motrds.ipfs.unixfs;

/** How the pieces of a file become a tree. Takes them in their order, one by one. Not thread-safe. */
sealed interface FileLayout permits BalancedLayout, TrickleLayout {

    /** Takes the next piece. */
    void add(DagRoot leaf);

    /**
     * Closes the open nodes.
     *
     * @param metadata for the root, if that is a node with links
     */
    DagRoot finish(UnixFsMetadata metadata);
}
