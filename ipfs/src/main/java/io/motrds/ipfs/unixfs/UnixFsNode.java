package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.ByteBuffer;
import java.util.List;

/** A block, understood. */
sealed interface UnixFsNode {

    /** Its mode and time. */
    UnixFsMetadata metadata();

    /**
     * A file or a part of one. Its sizes agree with each other; whether the children's agree with theirs shows when they
     * are read.
     *
     * @param data its own content, which comes before its children's; over an array
     * @param links its children
     * @param sizes bytes of content of each child
     * @param size bytes of content in all
     */
    record FileNode(ByteBuffer data, List<DagPbLink> links, long[] sizes, long size, UnixFsMetadata metadata)
            implements UnixFsNode {}

    /** A folder. */
    sealed interface Folder extends UnixFsNode {

        /** The links of this node, in the order of the block. */
        List<DagPbLink> links();
    }

    /**
     * A folder whose entries are all in this node.
     *
     * @param links its entries; nothing is known of their names
     */
    record PlainFolder(List<DagPbLink> links, UnixFsMetadata metadata) implements Folder {}

    /**
     * A sharded folder, or a shard within one.
     *
     * @param places which of its links is at a place
     * @param links entries, and shards below it; their names start with their place, in rising order
     */
    record Shard(ShardPlaces places, List<DagPbLink> links, UnixFsMetadata metadata) implements Folder {}

    /**
     * A symbolic link.
     *
     * @param target where it leads to, as it is stored; anything
     */
    record Symlink(String target, UnixFsMetadata metadata) implements UnixFsNode {}

    /**
     * Something sound that cannot be read.
     *
     * @param what what it is, for messages, as in "UnixFS metadata"
     */
    record Unsupported(String what, UnixFsMetadata metadata) implements UnixFsNode {}
}
