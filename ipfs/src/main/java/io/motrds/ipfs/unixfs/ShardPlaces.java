package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.dagpb.DagPbLink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/**
 * Which places of a shard are taken: a power of two of them, from which as many bits of a name's hash choose. Taken places
 * have a link each, in their order, whose name starts with the place in hexadecimal. Immutable.
 */
final class ShardPlaces {

    private static final int MIN_FANOUT = 8;
    private static final int MAX_FANOUT = 1024; // kubo's limit

    private final BitSet taken;
    private final int bits;
    private final int prefixLength;

    private ShardPlaces(BitSet taken, int fanout) {
        this.taken = taken;
        this.bits = Integer.numberOfTrailingZeros(fanout);
        this.prefixLength = Integer.toHexString(fanout - 1).length();
    }

    /**
     * Those of a shard.
     *
     * @throws MalformedBlockException if its message, or its links, are not those of a shard
     */
    static ShardPlaces of(UnixFsData shard, List<DagPbLink> links) {
        if (shard.hashType() != Murmur3.CODE) {
            throw new MalformedBlockException("it is sharded by hash function 0x" + Long.toHexString(shard.hashType())
                    + ", not by murmur3 (0x22)");
        }
        long fanout = shard.fanout();
        if (fanout < MIN_FANOUT || fanout > MAX_FANOUT || Long.bitCount(fanout) != 1) {
            throw new MalformedBlockException("its shards have " + Long.toUnsignedString(fanout)
                    + " places, not a power of two from " + MIN_FANOUT + " to " + MAX_FANOUT);
        }
        BitSet taken = bits(shard.data());
        if (taken.length() > fanout || taken.cardinality() != links.size()) {
            throw new MalformedBlockException("its " + links.size() + " links are not at the " + taken.cardinality()
                    + " places that its bit field names");
        }
        ShardPlaces places = new ShardPlaces(taken, (int) fanout);
        places.requireNames(links);
        return places;
    }

    /** The bit field is a number, its first byte the most significant. */
    private static BitSet bits(ByteBuffer number) {
        byte[] reversed = new byte[number.remaining()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = number.get(number.limit() - 1 - i);
        }
        return BitSet.valueOf(reversed);
    }

    private void requireNames(List<DagPbLink> links) {
        int place = -1;
        for (DagPbLink link : links) {
            place = taken.nextSetBit(place + 1);
            String prefix = String.format("%0" + prefixLength + "X", place);
            if (!link.nameStartsWith(prefix.getBytes(StandardCharsets.US_ASCII))) {
                throw new MalformedBlockException(
                        "its link \"" + link.printableName() + "\" should start with its place, " + prefix);
            }
        }
    }

    /** How many bits of a name's hash choose among the places. */
    int bits() {
        return bits;
    }

    /** How many characters a link's name starts with that are not the entry's. */
    int prefixLength() {
        return prefixLength;
    }

    /** Which link is at a place; -1 when it is free. */
    int linkAt(int place) {
        return taken.get(place) ? taken.get(0, place).cardinality() : -1;
    }

    /** Whether a link leads to a shard, not to an entry. */
    boolean isShard(DagPbLink link) {
        return link.nameLength() == prefixLength;
    }
}
