package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.dagpb.ProtobufReader;
import io.motrds.ipfs.dagpb.ProtobufWriter;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
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
 * @param hashType of a sharded folder: the function that spreads its names; 0 when the message does not say
 * @param fanout of a sharded folder: how many places a shard has; 0 when the message does not say
 * @param metadata mode and time
 */
record UnixFsData(
        UnixFsType type,
        ByteBuffer data,
        OptionalLong fileSize,
        long[] blockSizes,
        long hashType,
        long fanout,
        UnixFsMetadata metadata) {

    private static final int TYPE = 1;
    private static final int DATA = 2;
    private static final int FILE_SIZE = 3;
    private static final int BLOCK_SIZES = 4;
    private static final int HASH_TYPE = 5;
    private static final int FANOUT = 6;
    private static final int MODE = 7;
    private static final int MTIME = 8;

    private static final int SECONDS = 1;
    private static final int NANOS = 2;

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

    /** A folder whose entries are all in this node. */
    static byte[] encodeFolder(UnixFsMetadata metadata) {
        ProtobufWriter out = new ProtobufWriter(32).number(TYPE, UnixFsType.DIRECTORY.number());
        return append(metadata, out).toBytes();
    }

    /** A shard of a folder. */
    static byte[] encodeShard(byte[] bitfield, long hashType, int fanout, UnixFsMetadata metadata) {
        ProtobufWriter out = new ProtobufWriter(64)
                .number(TYPE, UnixFsType.HAMT_SHARD.number())
                .bytes(DATA, bitfield)
                .number(HASH_TYPE, hashType)
                .number(FANOUT, fanout);
        return append(metadata, out).toBytes();
    }

    /** A symbolic link. */
    static byte[] encodeSymlink(byte[] target, UnixFsMetadata metadata) {
        ProtobufWriter out = new ProtobufWriter(32 + target.length)
                .number(TYPE, UnixFsType.SYMLINK.number())
                .bytes(DATA, target);
        return append(metadata, out).toBytes();
    }

    /** A file that is the content of its children. */
    static byte[] encodeFile(long fileSize, long[] blockSizes, UnixFsMetadata metadata) {
        ProtobufWriter out = new ProtobufWriter(32 + 10 * blockSizes.length)
                .number(TYPE, UnixFsType.FILE.number())
                .number(FILE_SIZE, fileSize);
        for (long size : blockSizes) {
            out.number(BLOCK_SIZES, size);
        }
        return append(metadata, out).toBytes();
    }

    /** The bytes of a file or a piece of one without children that stand before its content; empty content has no field. */
    static byte[] leafHead(UnixFsType type, int contentLength) {
        ProtobufWriter head = new ProtobufWriter(16).number(TYPE, type.number());
        return contentLength == 0
                ? head.toBytes()
                : head.head(DATA, contentLength).toBytes();
    }

    /** The bytes of a file or a piece of one without children that stand behind its content. */
    static byte[] leafTail(int contentLength, UnixFsMetadata metadata) {
        return append(metadata, new ProtobufWriter(32).number(FILE_SIZE, contentLength))
                .toBytes();
    }

    private static ProtobufWriter append(UnixFsMetadata metadata, ProtobufWriter out) {
        metadata.mode().ifPresent(mode -> out.number(MODE, mode));
        metadata.mtime().ifPresent(mtime -> {
            long seconds = mtime.getEpochSecond();
            int nanos = mtime.getNano();
            ProtobufWriter time = new ProtobufWriter(16).number(SECONDS, seconds);
            if (nanos > 0) {
                time.fixed32(NANOS, nanos);
            }
            out.bytes(MTIME, time.toBytes());
        });
        return out;
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
        private long hashType;
        private long fanout;
        private OptionalInt mode = OptionalInt.empty();
        private Optional<Instant> mtime = Optional.empty();

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
            UnixFsMetadata metadata = new UnixFsMetadata(mode, mtime);
            return new UnixFsData(
                    present, data, fileSize, Arrays.copyOf(blockSizes, children), hashType, fanout, metadata);
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
                packedSizes();
            } else if (field == HASH_TYPE && number) {
                hashType = fields.varint();
            } else if (field == FANOUT && number) {
                fanout = fields.varint();
            } else if (field == MODE && number) {
                int bits = (int) fields.varint() & UnixFsMetadata.MODE_BITS;
                mode = bits == 0 ? OptionalInt.empty() : OptionalInt.of(bits); // as kubo takes it
            } else if (field == MTIME && bytes) {
                time();
            } else {
                fields.skipField();
            }
        }

        private void packedSizes() {
            int packed = fields.length();
            int end = fields.position() + packed;
            while (fields.position() < end) {
                addChild();
            }
            if (fields.position() > end) {
                throw new MalformedBlockException("a UnixFS block size reaches beyond its list");
            }
        }

        /** A time that is none, with a fraction over a second or in a year that nobody can tell, is as good as absent. */
        private void time() {
            int length = fields.length();
            ProtobufReader time = new ProtobufReader(message, fields.position(), fields.position() + length);
            fields.skip(length);
            Long seconds = null;
            int nanos = 0;
            while (!time.atEnd()) {
                int field = time.nextField();
                if (field == SECONDS && time.wireType() == ProtobufReader.VARINT) {
                    seconds = time.varint();
                } else if (field == NANOS && time.wireType() == ProtobufReader.FIXED32) {
                    nanos = time.fixed32();
                } else {
                    time.skipField();
                }
            }
            if (seconds == null) {
                throw new MalformedBlockException("its UnixFS time has no seconds");
            }
            mtime = instant(seconds, nanos);
        }

        private static Optional<Instant> instant(long seconds, int nanos) {
            try {
                return nanos < 0 || nanos >= 1_000_000_000
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(seconds, nanos));
            } catch (DateTimeException e) {
                return Optional.empty();
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
