package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.motr.Request.IndexRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fake answers as a real cluster of today does, and breaks where one breaks. */
class FakeMotrTest {
    private static final Fid FID = new Fid(0x7800000000000001L, 1);

    private final FakeMotr motr = new FakeMotr(1);
    private final MotrIndex index = motr.index(FID);

    FakeMotrTest() {
        index.create(0);
    }

    private Reply send(Request request) {
        return index.launch(request).await(0, () -> {});
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Reply put(int count, int bytes) {
        List<IndexRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(IndexRecord.of(key(String.format("%05d", i)), new byte[bytes]));
        }
        return send(new Request.Put(records, true, true));
    }

    private static List<byte[]> keys(int count) {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(key(String.format("%05d", i)));
        }
        return keys;
    }

    @Test
    void anIndexIsCreatedOnceAndFoundUntilItIsDeleted() {
        MotrIndex other = motr.index(new Fid(0x7800000000000001L, 2));
        assertEquals(-2, other.lookUp(0));
        assertEquals(
                -2, other.launch(new Request.Get(keys(1), 1)).await(0, () -> {}).rc());
        assertEquals(0, other.create(0));
        assertEquals(-17, other.create(0));
        assertEquals(0, other.lookUp(0));
        assertEquals(0, other.drop(0));
        assertEquals(-2, other.drop(0));
    }

    @Test
    void aPutWithoutOverwriteKeepsWhatIsThere() {
        Request.Put first = new Request.Put(List.of(IndexRecord.of(key("a"), key("1"))), false, true);
        Request.Put second = new Request.Put(List.of(IndexRecord.of(key("a"), key("2"))), false, true);
        assertArrayEquals(new int[] {0}, send(first).rcs());
        assertArrayEquals(new int[] {-17}, send(second).rcs());
        assertArrayEquals(key("1"), send(new Request.Get(List.of(key("a")), 9)).values()[0]);
    }

    @Test
    void missingKeysHaveCodesOfTheirOwn() {
        put(1, 3);
        Reply reply = send(new Request.Get(List.of(key("00000"), key("x")), 3));
        assertArrayEquals(new int[] {0, -2}, reply.rcs());
        assertNull(reply.values()[1]);
        assertArrayEquals(
                new int[] {-2, 0},
                send(new Request.Delete(List.of(key("x"), key("00000")), true)).rcs());
    }

    @Test
    void nextGoesOnInKeyOrderAndPastTheEndIsMinusTwo() {
        put(3, 1);
        Reply reply = send(new Request.Next(key("00001"), true, 3, 10));
        assertArrayEquals(new int[] {0, -2, -2}, reply.rcs());
        assertArrayEquals(key("00002"), reply.keys()[0]);
        assertArrayEquals(
                key("00001"), send(new Request.Next(key("00001"), false, 1, 10)).keys()[0]);
    }

    @Test
    void aNextThatDoesNotFitOneMessageLooksLikeTheEnd() {
        put(9, 16_000);
        Reply reply = send(new Request.Next(new byte[0], false, 9, 16_000));
        assertEquals(0, reply.rc());
        assertEquals(9, Arrays.stream(reply.rcs()).filter(rc -> rc == -2).count());
    }

    @Test
    void aGetThatDoesNotFitOneMessageFails() {
        put(9, 16_000);
        assertEquals(-113, send(new Request.Get(keys(9), 16_000)).rc());
        assertEquals(0, send(new Request.Get(keys(7), 16_000)).rc());
    }

    @Test
    void tooManySmallRecordsInOnePutAreRefused() {
        assertEquals(40, Arrays.stream(put(40, 10).rcs()).filter(rc -> rc == 0).count());
        assertEquals(50, Arrays.stream(put(50, 10).rcs()).filter(rc -> rc == -7).count());
        assertEquals(
                64, Arrays.stream(put(64, 16_000).rcs()).filter(rc -> rc == 0).count());
    }

    @Test
    void aLargeRecordEndsTheServerForGood() {
        assertThrows(FakeMotr.Panic.class, () -> put(1, 33_000));
        assertThrows(FakeMotr.Panic.class, () -> put(1, 1));
    }

    @Test
    void deletingTooManyBytesAtOnceEndsTheServer() {
        put(17, 16_000);
        assertThrows(FakeMotr.Panic.class, () -> send(new Request.Delete(keys(17), true)));
    }

    @Test
    void aCrashKeepsWhatWasDurableAlone() {
        send(new Request.Put(List.of(IndexRecord.of(key("a"), key("1"))), true, true));
        send(new Request.Put(List.of(IndexRecord.of(key("a"), key("2"))), true, false));
        motr.crash();
        assertArrayEquals(key("1"), send(new Request.Get(List.of(key("a")), 9)).values()[0]);
    }
}
