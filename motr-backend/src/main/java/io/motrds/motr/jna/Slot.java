package io.motrds.motr.jna;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of one operation: what Motr reads and writes while it is in flight. It must stay as it is until Motr has
 * finished the operation; then {@link Slots} keeps it for a later one.
 *
 * <p>It begins with the place where Motr puts the operation's address; the rest is laid out by the kind of operation.
 */
final class Slot {
    private final long address;
    private final Pointer memory;
    private final ByteBuffer bytes;
    private final int capacity;
    private final Elsewhere elsewhere = new Elsewhere();

    Slot(int capacity) {
        this.capacity = capacity;
        address = NativeMemory.allocate(capacity);
        memory = new Pointer(address);
        bytes = memory.getByteBuffer(0, capacity).order(ByteOrder.nativeOrder());
    }

    int capacity() {
        return capacity;
    }

    long address() {
        return address;
    }

    /** What is in it, by offset. */
    Pointer memory() {
        return memory;
    }

    /** The same as a buffer: many small accesses cost less so. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Where Motr puts the operation's address; null before. */
    long operationOut() {
        return address;
    }

    /** The operation's address, once it has one. */
    long operation() {
        return bytes.getLong(0);
    }

    /** Copies bytes that Motr allocated, and frees them. */
    byte[] take(long buffer, int length) {
        byte[] copy = elsewhere.at(buffer).getByteArray(0, length);
        LibMotr.m0_free(buffer);
        return copy;
    }

    void free() {
        NativeMemory.free(address);
    }

    /** A pointer that is set anew for each buffer, instead of a new one each time. */
    private static final class Elsewhere extends Pointer {
        Elsewhere() {
            super(0);
        }

        Pointer at(long address) {
            peer = address;
            return this;
        }
    }
}
