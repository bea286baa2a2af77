package io.motrds.ipfs.dagpb;

import io.motrds.ipfs.cid.UnsignedVarint;
import java.util.Arrays;

/** Builds a protobuf message in an array that grows. Numbers are in their shortest form. Not thread-safe. */
public final class ProtobufWriter {

    private byte[] bytes;
    private int length;

    /** Starts with room for a number of bytes. */
    public ProtobufWriter(int room) {
        bytes = new byte[room];
    }

    /** Appends a field that is a number. */
    public ProtobufWriter number(int field, long value) {
        varint((long) field << 3 | ProtobufReader.VARINT);
        varint(value);
        return this;
    }

    /** Appends a field that is four bytes. */
    public ProtobufWriter fixed32(int field, int value) {
        varint((long) field << 3 | ProtobufReader.FIXED32);
        ensureRoom(4);
        for (int shift = 0; shift < Integer.SIZE; shift += 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Appends a field of bytes. */
    public ProtobufWriter bytes(int field, byte[] value) {
        return bytes(field, value, 0, value.length);
    }

    /** Appends a field of bytes that lie in a part of an array. */
    public ProtobufWriter bytes(int field, byte[] value, int offset, int count) {
        head(field, count);
        ensureRoom(count);
        System.arraycopy(value, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends the head of a field of bytes, which the caller appends next. */
    public ProtobufWriter head(int field, int count) {
        varint((long) field << 3 | ProtobufReader.BYTES);
        varint(count);
        return this;
    }

    /** The message, a fresh array. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** The number of bytes that a field of a number takes, for fields up to 15. */
    public static int numberSize(long value) {
        return 1 + UnsignedVarint.length(value);
    }

    /** The number of bytes that a field of bytes takes, for fields up to 15. */
    public static int bytesSize(int count) {
        return 1 + UnsignedVarint.length(count) + count;
    }

    private void varint(long value) {
        ensureRoom(UnsignedVarint.MAX_LENGTH);
        length = UnsignedVarint.write(value, bytes, length);
    }

    private void ensureRoom(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
