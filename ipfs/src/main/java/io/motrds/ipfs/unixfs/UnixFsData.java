package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.dagpb.ProtobufReader;
import io.motrds.ipfs.dagpb.ProtobufWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The UnixFS message inside a dag-pb node's data. Unknown fields are passed over, as protobuf wants it; of a field that is
 * there twice the last counts.
 *
 * @param type what the node is
 * @param data its own content, before that of its children
 * @param fileSize bytes of content, its own and its children's; empty when the message does not say
 * @param blockSizes bytes of content of each child
 */
record UnixFsData(UnixFsType type, ByteBuffer data, OptionalLong fileSize, long[] blockSizes) {

    private static final int TYPE = 1;
    private static final int DATA = 2;
    private static final int FILE_SIZE = 3;
    private static final int BLOCK_SIZES = 4;

    /**
     * Reads a message.
     *
     * @param message its bytes in an array, which the result keeps
     * @param maxChildren the number of the node's links: more block sizes are refused before they take memory
     * @throws MalformedBlockException if it is no UnixFS message; the message does not name the block
     */
    static UnixFsData decode(ByteBuffer message, int maxChildren) {
        return new Decoder(message, maxChildren).decode();
    }

    /** A folder. */
    static byte[] encodeFolder() {
        return new ProtobufWriter(16)
                .number(TYPE, UnixFsType.DIRECTORY.number())
                .toBytes();
    }

    /** A file that is the content of its children. */
    static byte[] encodeFile(long fileSize, long[] blockSizes) {
        ProtobufWriter out = new ProtobufWriter(32 + 10 * blockSizes.length)
                .number(TYPE, UnixFsType.FILE.number())
                .number(FILE_SIZE, fileSize);
        for (long size : blockSizes) {
            out.number(BLOCK_SIZES, size);
        }
        return out.toBytes();
    }

    /** The bytes of a file without children that stand before its content; empty content has no field. */
    static byte[] leafHead(int contentLength) {
        ProtobufWriter head = new ProtobufWriter(16).number(TYPE, UnixFsType.FILE.number());
        return contentLength == 0
                ? head.toBytes()
                : head.head(DATA, contentLength).toBytes();
    }

    /** The bytes of a file without children that stand behind its content. */
    static byte[] leafTail(int contentLength) {
        return new ProtobufWriter(16).number(FILE_SIZE, contentLength).toBytes();
    }

    private static final class Decoder {
        private final byte[] message;
        private final ProtobufReader fields;
        private final int maxChildren;
        private @Nullable UnixFsType type;
        private ByteBuffer data = ByteBuffer.allocate(0);
        private OptionalLong fileSize = OptionalLong.empty();
        private long[] blockSizes = new long[0];
        private int children;

        Decoder(ByteBuffer message, int maxChildren) {
            int start = message.arrayOffset() + message.position();
            this.message = message.array();
            this.fields = new ProtobufReader(this.message, start, start + message.remaining());
            this.maxChildren = maxChildren;
        }

        UnixFsData decode() {
            while (!fields.atEnd()) {
                field(fields.nextField());
            }
            UnixFsType present = type;
            if (present == null) {
                throw new MalformedBlockException("its UnixFS data names no type");
            }
            return new UnixFsData(present, data, fileSize, Arrays.copyOf(blockSizes, children));
        }

        private void field(int field) {
            boolean number = fields.wireType() == ProtobufReader.VARINT;
            boolean bytes = fields.wireType() == ProtobufReader.BYTES;
            if (field == TYPE && number) {
                type = UnixFsType.of(fields.varint());
            } else if (field == DATA && bytes) {
                int length = fields.length();
                data = ByteBuffer.wrap(message, fields.position(), length).slice();
                fields.skip(length);
            } else if (field == FILE_SIZE && number) {
                fileSize = OptionalLong.of(size());
            } else if (field == BLOCK_SIZES && number) {
                addChild();
            } else if (field == BLOCK_SIZES && bytes) {
                int packed = fields.length();
                int end = fields.position() + packed;
                while (fields.position() < end) {
                    addChild();
                }
                if (fields.position() > end) {
                    throw new MalformedBlockException("a UnixFS block size reaches beyond its list");
                }
            } else {
                fields.skipField();
            }
        }

        private void addChild() {
            if (children == maxChildren) {
                throw new MalformedBlockException("it has " + maxChildren + " links, but more UnixFS block sizes");
            }
            if (children == blockSizes.length) {
                blockSizes = Arrays.copyOf(blockSizes, Math.min(maxChildren, Math.max(16, 2 * children)));
            }
            blockSizes[children++] = size();
        }

        private long size() {
            long size = fields.varint();
            if (size < 0) {
                throw new MalformedBlockException("a UnixFS size of " + Long.toUnsignedString(size) + " is too large");
            }
            return size;
        }
    }
}
