package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.ProtobufWriter;

/**
 * The blocks that hold a file's content: plain bytes, or UnixFS nodes without children, of type file in the balanced layout
 * and raw in the other.
 *
 * <p>What stands around the content of a full chunk is always the same, so it is written into a buffer once, and content
 * is then read into its place: a block is never assembled by copying.
 */
final class LeafFormat {

    private static final int DAG_PB_DATA = 1;

    private final boolean raw;
    private final int cidVersion;
    private final int chunkSize;
    private final UnixFsType type;
    private final byte[] head;
    private final byte[] tail;

    LeafFormat(ImportOptions options) {
        raw = options.rawLeaves();
        cidVersion = options.cidVersion();
        chunkSize = options.chunkSize();
        type = options.trickle() ? UnixFsType.RAW : UnixFsType.FILE;
        tail = tail(chunkSize, UnixFsMetadata.NONE);
        head = head(chunkSize, tail.length);
    }

    /** A buffer that is the block of a full chunk once its content is filled in at {@link #contentOffset}. */
    byte[] newBuffer() {
        byte[] buffer = new byte[head.length + chunkSize + tail.length];
        System.arraycopy(head, 0, buffer, 0, head.length);
        System.arraycopy(tail, 0, buffer, head.length + chunkSize, tail.length);
        return buffer;
    }

    int contentOffset() {
        return head.length;
    }

    /** The block of what a buffer holds, which need not be a full chunk, with metadata, which plain bytes cannot have. */
    byte[] block(byte[] buffer, int contentLength, UnixFsMetadata metadata) {
        byte[] itsTail = tail(contentLength, metadata);
        byte[] itsHead = head(contentLength, itsTail.length);
        byte[] block = new byte[itsHead.length + contentLength + itsTail.length];
        System.arraycopy(itsHead, 0, block, 0, itsHead.length);
        System.arraycopy(buffer, head.length, block, itsHead.length, contentLength);
        System.arraycopy(itsTail, 0, block, itsHead.length + contentLength, itsTail.length);
        return block;
    }

    Cid cid(Multihash hash) {
        if (raw) {
            return Cid.v1(Cid.RAW, hash);
        }
        return cidVersion == 0 ? Cid.v0(hash) : Cid.v1(Cid.DAG_PB, hash);
    }

    private byte[] head(int contentLength, int tailLength) {
        if (raw) {
            return new byte[0];
        }
        byte[] inner = UnixFsData.leafHead(type, contentLength);
        int message = inner.length + contentLength + tailLength;
        byte[] outer = new ProtobufWriter(16).head(DAG_PB_DATA, message).toBytes();
        byte[] both = new byte[outer.length + inner.length];
        System.arraycopy(outer, 0, both, 0, outer.length);
        System.arraycopy(inner, 0, both, outer.length, inner.length);
        return both;
    }

    private byte[] tail(int contentLength, UnixFsMetadata metadata) {
        return raw ? new byte[0] : UnixFsData.leafTail(contentLength, metadata);
    }
}
