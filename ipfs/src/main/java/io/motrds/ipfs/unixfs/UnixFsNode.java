package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.ByteBuffer;
import java.util.List;

/** A block, understood. */
sealed interface UnixFsNode {

    /**
     * A file or a part of one. Its sizes agree with each other; whether the children's agree with theirs shows when they
     * are read.
     *
     * @param data its own content, which comes before its children's; over an array
     * @param links its children
     * @param sizes bytes of content of each child
     * @param size bytes of content in all
     */
    record FileNode(ByteBuffer data, List<DagPbLink> links, long[] sizes, long size) implements UnixFsNode {}

    /**
     * A plain folder.
     *
     * @param entries in the order of the block; nothing is known of their names
     */
    record Folder(List<DagPbLink> entries) implements UnixFsNode {}

    /**
     * Something sound that cannot be read.
     *
     * @param type what it is in a listing
     * @param what what it is, for messages, as in "a symbolic link"
     */
    record Unsupported(EntryType type, String what) implements UnixFsNode {}
}
