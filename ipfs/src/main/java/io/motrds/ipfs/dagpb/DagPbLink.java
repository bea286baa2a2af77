package io.motrds.ipfs.dagpb;

import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A link of a dag-pb node: a CID with, perhaps, a name and the size of all that is below it. The name is bytes, as other
 * implementations accept names that are no UTF-8. Immutable and thread-safe.
 */
public final class DagPbLink {

    private static final int HASH = 1;
    private static final int NAME = 2;
    private static final int TSIZE = 3;

    private final Cid cid;
    private final byte @Nullable [] name;
    private final @Nullable Long tsize;

    private DagPbLink(Cid cid, byte @Nullable [] name, @Nullable Long tsize) {
        this.cid = cid;
        this.name = name;
        this.tsize = tsize;
    }

    /**
     * A link as UnixFS has it, with a name, which may be empty, and a size.
     *
     * @param tsize bytes of all blocks below it, not negative
     */
    public static DagPbLink of(Cid cid, String name, long tsize) {
        if (tsize < 0) {
            throw new IllegalArgumentException("a link's size must not be negative: " + tsize);
        }
        return new DagPbLink(cid, name.getBytes(StandardCharsets.UTF_8), tsize);
    }

    /** What it leads to. */
    public Cid cid() {
        return cid;
    }

    /** Its name; empty when it has none, or one that is no UTF-8. */
    public Optional<String> name() {
        byte[] present = name;
        if (present == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(present))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Its name for messages: what is no UTF-8 is replaced; the empty string when it has none. */
    public String printableName() {
        byte[] present = name;
        return present == null ? "" : new String(present, StandardCharsets.UTF_8);
    }

    /** Whether this is its name. */
    public boolean hasName(byte[] utf8) {
        byte[] present = name;
        return present != null && Arrays.equals(present, utf8);
    }

    /** The number of bytes of its name; 0 when it has none. */
    public int nameLength() {
        return bytesOf(this).length;
    }

    /** Whether its name starts with these bytes. */
    public boolean nameStartsWith(byte[] prefix) {
        byte[] present = bytesOf(this);
        return present.length >= prefix.length && Arrays.equals(present, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The same link, its name without the first bytes, which must be there. */
    public DagPbLink withoutPrefix(int count) {
        byte[] present = bytesOf(this);
        return new DagPbLink(cid, Arrays.copyOfRange(present, count, present.length), tsize);
    }

    /** The size that it claims for all blocks below it, in bytes, unsigned; empty when it claims none. */
    public OptionalLong tsize() {
        Long present = tsize;
        return present == null ? OptionalLong.empty() : OptionalLong.of(present);
    }

    /** Orders by the bytes of the name, none before all. */
    static int compareNames(DagPbLink a, DagPbLink b) {
        return Arrays.compareUnsigned(bytesOf(a), bytesOf(b));
    }

    private static byte[] bytesOf(DagPbLink link) {
        byte[] present = link.name;
        return present == null ? new byte[0] : present;
    }

    /** Reads a link's message, as strict as go-codec-dagpb: hash, name, size in this order, each at most once. */
    static DagPbLink decode(byte[] block, int from, int to) {
        ProtobufReader fields = new ProtobufReader(block, from, to);
        Cid cid = null;
        byte[] name = null;
        Long tsize = null;
        int last = 0;
        while (!fields.atEnd()) {
            int field = fields.nextField();
            if (field > TSIZE) {
                throw new MalformedBlockException("a link has the unknown field " + field);
            }
            if (field <= last) {
                throw new MalformedBlockException("a link has field " + field + " twice or out of order");
            }
            last = field;
            fields.requireWireType(field == TSIZE ? ProtobufReader.VARINT : ProtobufReader.BYTES, "a link's field");
            if (field == TSIZE) {
                tsize = fields.varint();
                continue;
            }
            int length = fields.length();
            int start = fields.position();
            if (field == HASH) {
                cid = readCid(block, start, start + length);
            } else {
                name = Arrays.copyOfRange(block, start, start + length);
            }
            fields.skip(length);
        }
        if (cid == null) {
            throw new MalformedBlockException("a link has no CID");
        }
        return new DagPbLink(cid, name, tsize);
    }

    /** Bytes after the CID are passed over, as go-codec-dagpb does. */
    private static Cid readCid(byte[] block, int from, int to) {
        try {
            return Cid.read(block, from, to);
        } catch (InvalidCidException e) {
            throw new MalformedBlockException("a link's CID is malformed: " + e.getMessage(), e);
        }
    }

    int encodedSize() {
        byte[] presentName = name;
        Long presentSize = tsize;
        return ProtobufWriter.bytesSize(cid.length())
                + (presentName == null ? 0 : ProtobufWriter.bytesSize(presentName.length))
                + (presentSize == null ? 0 : ProtobufWriter.numberSize(presentSize));
    }

    void encode(ProtobufWriter out) {
        out.bytes(HASH, cid.toBytes());
        byte[] presentName = name;
        if (presentName != null) {
            out.bytes(NAME, presentName);
        }
        Long presentSize = tsize;
        if (presentSize != null) {
            out.number(TSIZE, presentSize);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DagPbLink link
                && cid.equals(link.cid)
                && Arrays.equals(name, link.name)
                && Objects.equals(tsize, link.tsize);
    }

    @Override
    public int hashCode() {
        return Objects.hash(cid, Arrays.hashCode(name), tsize);
    }

    @Override
    public String toString() {
        return printableName() + " -> " + cid + (tsize == null ? "" : " (" + Long.toUnsignedString(tsize) + " B)");
    }
}
