package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Memory of operations is found again, and not hoarded. */
class SlotsTest {
    private final Slots slots = new Slots();

    @Test
    void aSizeIsEnoughAndAtMostAQuarterMore() {
        for (int bytes = 1; bytes < 70 << 20; bytes += 1 + bytes / 50) {
            int size = Slots.sizeFor(bytes);
            assertTrue(size >= bytes, "enough for " + bytes);
            assertTrue(size <= Math.max(4096, bytes + bytes / 4), size + " is not much more than " + bytes);
            assertEquals(size, Slots.sizeFor(size), "a size is its own");
        }
    }

    @Test
    void whatWasGivenBackIsTakenAgain() {
        Slot small = slots.take(100);
        Slot large = slots.take(1_060_000);
        slots.giveBack(small);
        slots.giveBack(large);
        assertSame(large, slots.take(1_050_000));
        assertSame(small, slots.take(4_096));
        assertNotSame(small, slots.take(4_096));
    }

    @Test
    void onlySoMuchIsKept() {
        long before = NativeMemory.outstanding();
        Slot[] taken = new Slot[20];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = slots.take(8 << 20);
        }
        for (Slot slot : taken) {
            slots.giveBack(slot);
        }
        assertEquals(before + 8, NativeMemory.outstanding(), "64 MiB");
        slots.free();
        assertEquals(before, NativeMemory.outstanding());
    }
}
