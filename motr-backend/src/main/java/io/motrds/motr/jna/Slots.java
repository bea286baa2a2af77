package io.motrds.motr.jna;

import java.util.ArrayDeque;

/**
 * Slots that are free, by size, four sizes to a doubling. At most {@link #MOST_IDLE} bytes wait here; what is more is
 * freed. Thread-safe.
 */
final class Slots {
    /** Four times the default window: each operation of it finds its memory again. */
    private static final long MOST_IDLE = 64L << 20;

    private static final int SMALLEST = 4096;

    private final ArrayDeque<?>[] bySize = new ArrayDeque<?>[4 * 32];
    private long idle;

    Slots() {
        for (int i = 0; i < bySize.length; i++) {
            bySize[i] = new ArrayDeque<Slot>();
        }
    }

    /** The size of a slot for so many bytes: at most a fifth more, and 4 KiB at least. */
    static int sizeFor(int bytes) {
        if (bytes <= SMALLEST) {
            return SMALLEST;
        }
        int step = Integer.highestOneBit(bytes - 1) / 4;
        return Math.multiplyExact(Math.floorDiv(bytes - 1, step) + 1, step);
    }

    @SuppressWarnings("unchecked") // filled in the constructor
    private ArrayDeque<Slot> of(int size) {
        int doublings = 31 - Integer.numberOfLeadingZeros(size - 1);
        int quarter = (size - 1 - (1 << doublings)) >> (doublings - 2);
        return (ArrayDeque<Slot>) bySize[4 * doublings + quarter];
    }

    /** A slot of at least so many bytes; what is in it is left over from another operation. */
    Slot take(int bytes) {
        int size = sizeFor(bytes);
        synchronized (this) {
            Slot free = of(size).pollFirst();
            if (free != null) {
                idle -= size;
                return free;
            }
        }
        return new Slot(size);
    }

    void giveBack(Slot slot) {
        synchronized (this) {
            if (idle + slot.capacity() <= MOST_IDLE) {
                idle += slot.capacity();
                of(slot.capacity()).addFirst(slot);
                return;
            }
        }
        slot.free();
    }

    /** Frees what is free. */
    synchronized void free() {
        for (int i = 0; i < bySize.length; i++) {
            for (Object slot = bySize[i].pollFirst(); slot != null; slot = bySize[i].pollFirst()) {
                ((Slot) slot).free();
            }
        }
        idle = 0;
    }
}
