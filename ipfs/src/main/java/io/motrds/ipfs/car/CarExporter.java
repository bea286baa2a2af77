package io.motrds.ipfs.car;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.UnsignedVarint;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes what hangs from a root as a CAR of version 1: each block once, a block before those that it links to, depth first,
 * which is the order, and so are the bytes, of {@code ipfs dag export}.
 *
 * <p>Blocks are streamed and checked against their hashes. Memory grows with their number alone, by about 150 bytes for
 * each. Thread-safe.
 */
public final class CarExporter {

    private final Blockstore blocks;

    /** Reads from a store. */
    public CarExporter(Blockstore blocks) {
        this.blocks = blocks;
    }

    /**
     * Writes a CAR. The stream is neither flushed nor closed. After a failure it holds a part of a CAR, which nobody can
     * tell from a whole one but by following its links.
     *
     * @return how many bytes were written
     * @throws NotFoundException if the store lacks a block
     * @throws io.motrds.api.CorruptDataException if a block is damaged
     * @throws UnsupportedContentException if a block is of a codec whose links are not known here: only dag-pb and raw are
     * @throws IOException if the stream cannot be written to
     */
    public long export(Cid root, OutputStream out) throws IOException {
        return new Run(root, out).run();
    }

    private final class Run {
        private final Cid root;
        private final OutputStream out;
        private final DagWalk walk;
        private long written;

        Run(Cid root, OutputStream out) {
            this.root = root;
            this.out = out;
            this.walk = new DagWalk(blocks, root, CarExporter::linksOf);
        }

        long run() throws IOException {
            boolean more = walk.next(); // first: of a root that is not there, nothing is written
            byte[] header = CarHeader.encode(List.of(root));
            write(header.length, header);
            for (; more; more = walk.next()) {
                byte[] cid = walk.cid().toBytes();
                write(cid.length + walk.block().length, cid);
                out.write(walk.block());
                written += walk.block().length;
            }
            return written;
        }

        private void write(int length, byte[] bytes) throws IOException {
            byte[] varint = new byte[UnsignedVarint.MAX_LENGTH];
            int end = UnsignedVarint.write(length, varint, 0);
            out.write(varint, 0, end);
            out.write(bytes);
            written += end + bytes.length;
        }
    }

    /** The links of a block, each once, in their order. */
    private static Set<Cid> linksOf(Cid cid, byte[] block) {
        if (cid.codec() == Cid.RAW) {
            return Set.of();
        }
        if (cid.codec() != Cid.DAG_PB) {
            throw new UnsupportedContentException("block " + cid + " is of codec " + cid.codecName()
                    + ", whose links are not known here, so that the CAR would be incomplete");
        }
        try {
            Set<Cid> links = new LinkedHashSet<>();
            for (DagPbLink link : DagPbNode.decode(block).links()) {
                links.add(link.cid());
            }
            return links;
        } catch (MalformedBlockException e) {
            throw new MalformedBlockException("block " + cid + " is malformed: " + e.getMessage(), e);
        }
    }
}
