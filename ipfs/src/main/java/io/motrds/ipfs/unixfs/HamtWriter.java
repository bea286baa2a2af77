package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a folder as a tree of shards (a hash array mapped trie), as kubo does. Eight bits of a name's hash, from the
 * highest on, say at which of 256 places of a shard it is; names that share a place share a shard below it. A link's name
 * is its place in two hexadecimal digits, and, unless it leads to a shard, the entry's name.
 */
final class HamtWriter {

    private static final int FANOUT = 256;
    private static final int BITS = 8;

    private final String path;
    private final NodeWriter nodes;
    private final List<Hashed> entries;

    private record Hashed(long hash, FolderNode.Entry entry) {
        int place(int depth) {
            return (int) (hash >>> (Long.SIZE - BITS * (depth + 1))) & (FANOUT - 1);
        }
    }

    /** A folder that was put together. */
    HamtWriter(String path, List<FolderNode.Entry> entries, NodeWriter nodes) {
        this.path = path;
        this.nodes = nodes;
        this.entries = new ArrayList<>(entries.size());
        for (FolderNode.Entry entry : entries) {
            this.entries.add(new Hashed(Murmur3.hash(entry.name().getBytes(StandardCharsets.UTF_8)), entry));
        }
        this.entries.sort((a, b) -> Long.compareUnsigned(a.hash, b.hash));
    }

    /** Writes the shards, those below first. */
    DagRoot write(UnixFsMetadata metadata) {
        return write(0, entries.size(), 0, metadata);
    }

    private DagRoot write(int from, int to, int depth, UnixFsMetadata metadata) {
        if (depth == Long.SIZE / BITS) {
            throw new RefusedInputException("cannot import folder " + path + ": its entries \""
                    + entries.get(from).entry.name() + "\" and \""
                    + entries.get(from + 1).entry.name()
                    + "\" have one hash, which a sharded folder cannot hold; rename one");
        }
        List<DagPbLink> links = new ArrayList<>();
        byte[] bitfield = new byte[FANOUT / 8];
        long size = 0;
        long dagSize = 0;
        for (int first = from, next; first < to; first = next) {
            int place = entries.get(first).place(depth);
            next = first + 1;
            while (next < to && entries.get(next).place(depth) == place) {
                next++;
            }
            boolean alone = next == first + 1;
            FolderNode.Entry entry = entries.get(first).entry;
            DagRoot child = alone ? entry.root() : write(first, next, depth + 1, UnixFsMetadata.NONE);
            links.add(child.link(String.format("%02X", place) + (alone ? entry.name() : "")));
            bitfield[bitfield.length - 1 - place / 8] |= (byte) (1 << (place % 8));
            size += child.size();
            dagSize += child.dagSize();
        }
        byte[] data = UnixFsData.encodeShard(withoutLeadingZeros(bitfield), Murmur3.CODE, FANOUT, metadata);
        return nodes.write(links, data, size, dagSize);
    }

    private static byte[] withoutLeadingZeros(byte[] number) {
        int zeros = 0;
        while (zeros < number.length && number[zeros] == 0) {
            zeros++;
        }
        return Arrays.copyOfRange(number, zeros, number.length);
    }
}
