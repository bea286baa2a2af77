package io.motrds.ipfs.dagpb;

import io.motrds.ipfs.MalformedBlockException;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A dag-pb node: links and, perhaps, data.
 *
 * <p>{@link #encode} writes the canonical form: links before data, sorted by the bytes of their names, links of one name
 * in the order given. {@link #decode} accepts and refuses what go-codec-dagpb does: links after data are taken, and
 * unsorted ones, kept in their order; unknown fields, fields twice or links without CID are not.
 *
 * <p>Immutable as long as the arrays behind it are left alone, and thread-safe.
 *
 * @param links in the order of the block
 * @param data null when there is none, which is another thing than empty data; a view of the block
 */
public record DagPbNode(List<DagPbLink> links, @Nullable ByteBuffer data) {

    private static final int DATA = 1;
    private static final int LINKS = 2;

    /**
     * Reads a block. The node keeps the array, and makes a link when it is asked for: a hostile block of many links takes
     * four bytes more for each, not an object.
     *
     * @throws MalformedBlockException if the block is no dag-pb; the message does not name the block
     */
    public static DagPbNode decode(byte[] block) {
        ProtobufReader fields = new ProtobufReader(block, 0, block.length);
        EncodedLinks links = new EncodedLinks(block);
        ByteBuffer data = null;
        boolean linksEnded = false;
        while (!fields.atEnd()) {
            int field = fields.nextField();
            fields.requireWireType(ProtobufReader.BYTES, "field " + field + " of a node");
            int length = fields.length();
            int start = fields.position();
            fields.skip(length);
            if (field == LINKS) {
                if (linksEnded) {
                    throw new MalformedBlockException("it has links before and after its data");
                }
                DagPbLink.decode(block, start, start + length);
                links.add(start, start + length);
            } else if (field == DATA) {
                if (data != null) {
                    throw new MalformedBlockException("it has data twice");
                }
                data = ByteBuffer.wrap(block, start, length).slice();
                linksEnded = !links.isEmpty();
            } else {
                throw new MalformedBlockException("it has the unknown field " + field);
            }
        }
        return new DagPbNode(links, data);
    }

    /** The canonical form of a node. */
    public static byte[] encode(List<DagPbLink> links, byte @Nullable [] data) {
        List<DagPbLink> sorted = new ArrayList<>(links);
        sorted.sort(DagPbLink::compareNames);
        int size = data == null ? 0 : ProtobufWriter.bytesSize(data.length);
        for (DagPbLink link : sorted) {
            size += ProtobufWriter.bytesSize(link.encodedSize());
        }
        ProtobufWriter out = new ProtobufWriter(size + 10);
        for (DagPbLink link : sorted) {
            out.head(LINKS, link.encodedSize());
            link.encode(out);
        }
        if (data != null) {
            out.bytes(DATA, data);
        }
        return out.toBytes();
    }

    /** The canonical form of this node. */
    public byte[] encode() {
        ByteBuffer present = data;
        if (present == null) {
            return encode(links, null);
        }
        byte[] copy = new byte[present.remaining()];
        present.duplicate().get(copy);
        return encode(links, copy);
    }

    /** Links that were found sound, made again from the block when asked for. */
    private static final class EncodedLinks extends AbstractList<DagPbLink> implements RandomAccess {
        private final byte[] block;
        private int[] places = new int[16]; // from, to, from, to, …
        private int size;

        EncodedLinks(byte[] block) {
            this.block = block;
        }

        void add(int from, int to) {
            if (places.length == 2 * size) {
                places = Arrays.copyOf(places, places.length * 2);
            }
            places[2 * size] = from;
            places[2 * size + 1] = to;
            size++;
        }

        @Override
        public DagPbLink get(int index) {
            if (index < 0 || index >= size) {
                throw new IndexOutOfBoundsException(index);
            }
            return DagPbLink.decode(block, places[2 * index], places[2 * index + 1]);
        }

        @Override
        public int size() {
            return size;
        }
    }
}
