package io.motrds.motr.jna;

import java.util.concurrent.ConcurrentLinkedDeque;

/** Slots that are free, by size. There are never more than were in flight at once. Thread-safe. */
final class Slots {
    private final ConcurrentLinkedDeque<?>[] bySize = new ConcurrentLinkedDeque<?>[32];

    Slots() {
        for (int i = 0; i < bySize.length; i++) {
            bySize[i] = new ConcurrentLinkedDeque<Slot>();
        }
    }

    @SuppressWarnings("unchecked") // filled in the constructor
    private ConcurrentLinkedDeque<Slot> of(int bytes) {
        return (ConcurrentLinkedDeque<Slot>) bySize[32 - Integer.numberOfLeadingZeros(Math.max(4096, bytes) - 1)];
    }

    Slot take(int bytes) {
        Slot free = of(bytes).pollFirst();
        return free == null ? Slot.ofAtLeast(bytes) : free;
    }

    void giveBack(Slot slot) {
        of(slot.capacity()).addFirst(slot);
    }

    /** Frees what is free. */
    void free() {
        for (int i = 0; i < bySize.length; i++) {
            for (Object slot = bySize[i].pollFirst(); slot != null; slot = bySize[i].pollFirst()) {
                ((Slot) slot).free();
            }
        }
    }
}
