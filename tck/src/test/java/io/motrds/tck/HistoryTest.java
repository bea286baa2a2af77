package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    private void reads(long begin, long seen) {
        history.read("get -> " + seen, begin, state -> state == seen);
    }

    @Test
    void aReadSeesTheWriteThatReturnedBefore() {
        history.wrote("put 1", history.now(), 1);
        reads(history.now(), 1);
        assertEquals(Optional.empty(), history.violation());
    }

    @Test
    void aReadThatSeesAnOlderStateIsAViolation() {
        history.wrote("put 1", history.now(), 1);
        history.wrote("put 2", history.now(), 2);
        reads(history.now(), 1);
        assertTrue(history.violation().orElseThrow().contains("get -> 1"));
    }

    @Test
    void aReadDuringAWriteSeesEitherState() {
        for (long seen : new long[] {1, 2}) {
            History both = new History();
            both.wrote("put 1", both.now(), 1);
            long write = both.now();
            long read = both.now();
            both.read("get", read, state -> state == seen);
            both.wrote("put 2", write, 2);
            assertEquals(Optional.empty(), both.violation());
        }
    }

    @Test
    void twoReadsDuringAWriteDoNotGoBack() {
        history.wrote("put 1", history.now(), 1);
        long write = history.now();
        reads(history.now(), 2);
        reads(history.now(), 1);
        history.wrote("put 2", write, 2);
        assertTrue(history.violation().isPresent());
    }

    @Test
    void aWriteOfUnknownOutcomeMayTakeEffectLateOrNever() {
        history.wrote("put 1", history.now(), 1);
        history.maybeWrote("put 2", history.now(), 2);
        reads(history.now(), 1);
        history.wrote("put 3", history.now(), 3);
        reads(history.now(), 2);
        history.maybeWrote("put 4", history.now(), 4);
        reads(history.now(), 2);
        assertEquals(Optional.empty(), history.violation());
        reads(history.now(), 3);
        assertTrue(history.violation().isPresent(), "what was overwritten does not come back");
    }

    @Test
    void aReadOfWhatNobodyWroteIsAViolation() {
        history.wrote("put 1", history.now(), 1);
        reads(history.now(), 7);
        assertTrue(history.violation().isPresent());
    }

    @Test
    void manyCallsAtOnceAreJudgedQuickly() {
        long[] begins = new long[12];
        for (int i = 0; i < begins.length; i++) {
            begins[i] = history.now();
        }
        for (int i = 0; i < begins.length; i++) {
            history.wrote("put " + i, begins[i], i);
        }
        reads(history.now(), 5);
        reads(history.now(), 6);
        assertTrue(history.violation().isPresent(), "after all writes have returned the state stays");
    }
}
