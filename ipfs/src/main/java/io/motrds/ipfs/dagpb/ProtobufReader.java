package io.motrds.ipfs.dagpb;

import io.motrds.ipfs.MalformedBlockException;

/**
 * Walks the fields of a protobuf message inside an array. As lenient about numbers as Go's protobuf, so that the same
 * blocks are read: a number may be longer than it needs to be, up to ten bytes and 64 bits. Not thread-safe.
 */
public final class ProtobufReader {

    /** The wire type of a number. */
    public static final int VARINT = 0;

    /** The wire type of eight bytes. */
    public static final int FIXED64 = 1;

    /** The wire type of bytes with their length before them. */
    public static final int BYTES = 2;

    /** The wire type of four bytes. */
    public static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int wireType;

    /** Reads a message that lies in a part of an array. */
    public ProtobufReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    /** Whether the message ends here. */
    public boolean atEnd() {
        return position == end;
    }

    /** Where the next byte lies in the array. */
    public int position() {
        return position;
    }

    /**
     * Reads the head of the next field and returns its number; {@link #wireType} tells its form.
     *
     * @throws MalformedBlockException if the message ends within it, or the number is none
     */
    public int nextField() {
        long tag = varint();
        long field = tag >>> 3;
        if (field < 1 || field > Integer.MAX_VALUE) {
            throw new MalformedBlockException("field number " + Long.toUnsignedString(field) + " is out of range");
        }
        wireType = (int) (tag & 7);
        return (int) field;
    }

    /** The form of the field whose head was read last. */
    public int wireType() {
        return wireType;
    }

    /**
     * Refuses a field of another form.
     *
     * @throws MalformedBlockException if the field's form is not the one expected
     */
    public void requireWireType(int expected, String field) {
        if (wireType != expected) {
            throw new MalformedBlockException(field + " has wire type " + wireType + ", expected " + expected);
        }
    }

    /**
     * Reads a number of 64 bits.
     *
     * @throws MalformedBlockException if the message ends within it, or it has more bits
     */
    public long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position == end) {
                throw new MalformedBlockException("ends within a number");
            }
            byte b = bytes[position++];
            if (shift == 63 && (b & 0xff) > 1) {
                break;
            }
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedBlockException("a number has more than 64 bits");
    }

    /**
     * Reads the length of a field of bytes, which then start at {@link #position}; they are to be passed with {@link
     * #skip(int)}.
     *
     * @throws MalformedBlockException if the message ends within them
     */
    public int length() {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw new MalformedBlockException("a field should have " + Long.toUnsignedString(length) + " bytes, but "
                    + (end - position) + " remain");
        }
        return (int) length;
    }

    /**
     * Reads a number of four bytes, least significant first.
     *
     * @throws MalformedBlockException if the message ends within it
     */
    public int fixed32() {
        skipFixed(4);
        int value = 0;
        for (int i = 1; i <= 4; i++) {
            value = (value << 8) | (bytes[position - i] & 0xff);
        }
        return value;
    }

    /** Passes bytes of which {@link #length} said that they are there. */
    public void skip(int count) {
        position += count;
    }

    /**
     * Passes the rest of the field whose head was read last.
     *
     * @throws MalformedBlockException if the message ends within it, or its form is unknown
     */
    public void skipField() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> skipFixed(8);
            case BYTES -> skip(length());
            case FIXED32 -> skipFixed(4);
            default -> throw new MalformedBlockException("a field has the unknown wire type " + wireType);
        }
    }

    private void skipFixed(int count) {
        if (count > end - position) {
            throw new MalformedBlockException("ends within a field of " + count + " bytes");
        }
        skip(count);
    }
}
