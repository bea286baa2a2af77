package io.motrds.ipfs.car;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CAR of version 1 from a stream, one section at a time. Lengths are bounded before anything is read by them, so a
 * section takes at most about 4 MiB whatever it claims. Nothing is checked against hashes. Not thread-safe.
 */
final class CarReader {

    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final int MAX_CID_BYTES = 256;
    private static final int MAX_LENGTH_BYTES = 9;

    private final InputStream in;
    private final List<Cid> roots;
    private long position;

    /**
     * A block in a CAR.
     *
     * @param offset where it starts: with its length
     */
    record Section(long offset, Cid cid, byte[] block) {

        /** What is wrong with it. */
        MalformedCarException malformed(String why) {
            return new MalformedCarException("CAR, byte " + offset + ": block " + cid + " " + why);
        }
    }

    /**
     * Reads the header.
     *
     * @throws MalformedCarException if there is none
     */
    CarReader(InputStream in) throws IOException {
        this.in = new BufferedInputStream(in, 64 << 10);
        long length = length();
        if (length < 1 || length > MAX_HEADER_BYTES) {
            throw new MalformedCarException(
                    length < 0
                            ? "not a CAR: it is empty"
                            : "not a CAR, or one of more roots than fit a header of " + MAX_HEADER_BYTES
                                    + " bytes: its header would have " + length);
        }
        this.roots = CarHeader.decode(bytes((int) length, 0));
    }

    /** What the header names as roots; they need not be in the CAR. */
    List<Cid> roots() {
        return roots;
    }

    /** How many bytes were read. */
    long position() {
        return position;
    }

    /**
     * The next section; null at the end.
     *
     * @throws MalformedCarException if the CAR ends within it, or it is too long, or starts with no CID
     */
    @Nullable Section next() throws IOException {
        long offset = position;
        long length = length();
        if (length < 0) {
            return null;
        }
        if (length > Blockstore.MAX_BLOCK_BYTES + MAX_CID_BYTES) {
            throw new MalformedCarException("CAR, byte " + offset + ": a section of " + length
                    + " bytes is over the limit of a block, " + Blockstore.MAX_BLOCK_BYTES
                    + " bytes, or the CAR is damaged");
        }
        byte[] section = bytes((int) length, offset);
        try {
            Cid cid = Cid.read(section, 0, section.length);
            return new Section(offset, cid, Arrays.copyOfRange(section, cid.length(), section.length));
        } catch (InvalidCidException e) {
            throw new MalformedCarException(
                    "CAR, byte " + offset + ": the section there does not start with a CID: " + e.getMessage(), e);
        }
    }

    /** A length; -1 when the stream ends before it. */
    private long length() throws IOException {
        long offset = position;
        long value = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            int b = in.read();
            if (b < 0 && i == 0) {
                return -1;
            }
            if (b < 0) {
                throw cutOff(offset);
            }
            position++;
            value |= (long) (b & 0x7f) << (7 * i);
            if (b < 0x80) {
                if (b == 0 && i > 0) {
                    break;
                }
                return value;
            }
        }
        throw new MalformedCarException("CAR, byte " + offset + ": there is no length of a section");
    }

    private byte[] bytes(int length, long offset) throws IOException {
        byte[] bytes = new byte[length];
        int read = in.readNBytes(bytes, 0, length);
        position += read;
        if (read < length) {
            throw cutOff(offset);
        }
        return bytes;
    }

    private MalformedCarException cutOff(long offset) {
        return new MalformedCarException("the CAR ends at byte " + position + " within what starts at byte " + offset
                + ": it was cut off; get it again");
    }
}
