package io.motrds.motr.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory outside the heap, freed by whoever took it, never by the garbage collector: while Motr may use it, nothing else
 * decides about it. Addresses are {@code long}. Thread-safe.
 */
final class NativeMemory {
    private static final AtomicLong OUTSTANDING = new AtomicLong();

    private NativeMemory() {}

    static long allocate(long bytes) {
        long address = Native.malloc(bytes);
        if (address == 0) {
            throw new OutOfMemoryError("no native memory for " + bytes + " bytes");
        }
        OUTSTANDING.incrementAndGet();
        return address;
    }

    static long zeroed(long bytes) {
        long address = allocate(bytes);
        new Pointer(address).setMemory(0, bytes, (byte) 0);
        return address;
    }

    /** A text as C has it. */
    static long text(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        long address = zeroed(bytes.length + 1L);
        new Pointer(address).write(0, bytes, 0, bytes.length);
        return address;
    }

    static void free(long address) {
        OUTSTANDING.decrementAndGet();
        Native.free(address);
    }

    /** How many pieces were taken and not freed. */
    static long outstanding() {
        return OUTSTANDING.get();
    }
}
