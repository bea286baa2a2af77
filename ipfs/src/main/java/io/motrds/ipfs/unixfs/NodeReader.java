package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.unixfs.UnixFsNode.FileNode;
import io.motrds.ipfs.unixfs.UnixFsNode.PlainFolder;
import io.motrds.ipfs.unixfs.UnixFsNode.Shard;
import io.motrds.ipfs.unixfs.UnixFsNode.Symlink;
import io.motrds.ipfs.unixfs.UnixFsNode.Unsupported;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes nodes of blocks, and says in each error which block of which path is at fault. */
final class NodeReader {

    private static final long[] NO_SIZES = {};

    private final Blockstore blocks;

    NodeReader(Blockstore blocks) {
        this.blocks = blocks;
    }

    Blockstore blocks() {
        return blocks;
    }

    UnixFsNode read(Cid cid, IpfsPath path) {
        return decode(cid, block(cid, path), path);
    }

    /** Reads what must be a shard within a folder. */
    Shard readShard(Cid cid, IpfsPath path) {
        return shard(cid, block(cid, path), path);
    }

    private byte[] block(Cid cid, IpfsPath path) {
        return blocks.get(cid).orElseThrow(() -> missing(cid, path));
    }

    NotFoundException missing(Cid cid, IpfsPath path) {
        return new NotFoundException(describe(cid, path) + " is not in " + blocks.name());
    }

    static UnixFsNode decode(Cid cid, byte[] block, IpfsPath path) {
        if (cid.codec() == Cid.RAW) {
            return new FileNode(ByteBuffer.wrap(block), List.of(), NO_SIZES, block.length, UnixFsMetadata.NONE);
        }
        if (cid.codec() != Cid.DAG_PB) {
            return new Unsupported("a block of codec " + cid.codecName(), UnixFsMetadata.NONE);
        }
        try {
            return decode(DagPbNode.decode(block));
        } catch (MalformedBlockException e) {
            throw malformed(cid, path, e.getMessage());
        }
    }

    /** A block that must be a shard within a folder. */
    static Shard shard(Cid cid, byte[] block, IpfsPath path) {
        if (decode(cid, block, path) instanceof Shard shard) {
            return shard;
        }
        throw malformed(cid, path, "it is no shard, though it is linked to as one within a sharded folder");
    }

    static MalformedBlockException malformed(Cid cid, IpfsPath path, @Nullable String reason) {
        return new MalformedBlockException(describe(cid, path) + " is malformed: " + reason);
    }

    static UnsupportedContentException unsupported(Cid cid, IpfsPath path, String what) {
        return new UnsupportedContentException(
                describe(cid, path) + " is " + what + ", which cannot be read as file or folder");
    }

    private static String describe(Cid cid, IpfsPath path) {
        return "block " + cid + (path.names().isEmpty() && path.root().equals(cid) ? "" : " of " + path);
    }

    private static UnixFsNode decode(DagPbNode node) {
        ByteBuffer data = node.data();
        if (data == null) {
            throw new MalformedBlockException("it has no UnixFS data");
        }
        UnixFsData unixFs = UnixFsData.decode(data, node.links().size());
        return switch (unixFs.type()) {
            case FILE, RAW -> file(node, unixFs);
            case DIRECTORY -> new PlainFolder(node.links(), unixFs.metadata());
            case HAMT_SHARD -> new Shard(ShardPlaces.of(unixFs, node.links()), node.links(), unixFs.metadata());
            case SYMLINK ->
                new Symlink(StandardCharsets.UTF_8.decode(unixFs.data()).toString(), unixFs.metadata());
            case METADATA -> new Unsupported("UnixFS metadata", unixFs.metadata());
        };
    }

    private static FileNode file(DagPbNode node, UnixFsData unixFs) {
        long[] sizes = unixFs.blockSizes();
        if (sizes.length != node.links().size()) {
            throw new MalformedBlockException(
                    "it has " + node.links().size() + " links, but " + sizes.length + " UnixFS block sizes");
        }
        long size = unixFs.data().remaining();
        for (long child : sizes) {
            size += child;
            if (size < 0) {
                throw new MalformedBlockException("its sizes add up to more than 63 bits");
            }
        }
        if (unixFs.fileSize().isPresent() && unixFs.fileSize().getAsLong() != size) {
            throw new MalformedBlockException(
                    "it claims " + unixFs.fileSize().getAsLong() + " bytes of content, but its parts have " + size);
        }
        return new FileNode(unixFs.data(), node.links(), sizes, size, unixFs.metadata());
    }
}
