package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.ProtobufWriter;

/**
 * The blocks that hold a file's content: plain bytes, or UnixFS files without children.
 *
 * <p>What stands around the content of a full chunk is always the same, so it is written into a buffer once, and content
 * is then read into its place: a block is never assembled by copying.
 */
final class LeafFormat {

    private static final int DAG_PB_DATA = 1;

    private final boolean raw;
    private final int cidVersion;
    private final int chunkSize;
    private final byte[] head;
    private final byte[] tail;

    LeafFormat(ImportOptions options) {
        raw = options.rawLeaves();
        cidVersion = options.cidVersion();
        chunkSize = options.chunkSize();
        head = head(chunkSize);
        tail = tail(chunkSize);
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

    /** The block of a chunk that does not fill the buffer. */
    byte[] partialBlock(byte[] buffer, int contentLength) {
        byte[] shortHead = head(contentLength);
        byte[] shortTail = tail(contentLength);
        byte[] block = new byte[shortHead.length + contentLength + shortTail.length];
        System.arraycopy(shortHead, 0, block, 0, shortHead.length);
        System.arraycopy(buffer, head.length, block, shortHead.length, contentLength);
        System.arraycopy(shortTail, 0, block, shortHead.length + contentLength, shortTail.length);
        return block;
    }

    Cid cid(Multihash hash) {
        if (raw) {
            return Cid.v1(Cid.RAW, hash);
        }
        return cidVersion == 0 ? Cid.v0(hash) : Cid.v1(Cid.DAG_PB, hash);
    }

    private byte[] head(int contentLength) {
        if (raw) {
            return new byte[0];
        }
        byte[] inner = UnixFsData.leafHead(contentLength);
        int message = inner.length + contentLength + tail(contentLength).length;
        byte[] outer = new ProtobufWriter(16).head(DAG_PB_DATA, message).toBytes();
        byte[] both = new byte[outer.length + inner.length];
        System.arraycopy(outer, 0, both, 0, outer.length);
        System.arraycopy(inner, 0, both, outer.length, inner.length);
        return both;
    }

    private byte[] tail(int contentLength) {
        return raw ? new byte[0] : UnixFsData.leafTail(contentLength);
    }
}
