package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Key;
import io.motrds.motr.DirectoryRecord.Home;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The record format, byte by byte, as docs/motr-record-format.md has it. */
class DirectoryRecordTest {
    private static final byte[] PLACE = Layout.directoryKey(Key.of("/a/b"));
    private static final Generation GENERATION = new Generation(0x0000019A0B0C0D0EL, 0x1122334455667788L);
    private static final ObjectName OBJECT = new ObjectName(GENERATION, new Fid(0x7600000000000001L, 10));

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void keysAreWhatTheDocumentSays() {
        assertEquals("00", hex(Layout.markerKey()));
        assertEquals("010000019a0b0c0d0e1122334455667788", hex(Layout.registryKey(GENERATION)));
        assertEquals("020000019a0b0c0d0e112233445566778800000005", hex(Layout.chunkKey(GENERATION, 5)));
        assertEquals("042f612f62", hex(PLACE));
        String longest = "/" + "x".repeat(Layout.SHORT_KEY_BYTES - 1);
        assertEquals(Layout.SHORT_KEYS, Layout.directoryKey(Key.of(longest))[0]);
        assertEquals(Layout.LONG_KEYS, Layout.directoryKey(Key.of(longest + "x"))[0]);
    }

    @Test
    void anInlineRecordIsWhatTheDocumentSays() {
        byte[] value = "hello".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "01000000" + "0000000000000005" + "9a71bb4c" + "68656c6c6f" + "8115c1c9",
                hex(DirectoryRecord.inline(value).encode(PLACE)));
    }

    @Test
    void aRecordOfChunksIsWhatTheDocumentSays() {
        byte[] value = new byte[40_000];
        assertEquals(
                "01010000" + "0000000000009c40" + "154ab3e5" + "0000019a0b0c0d0e1122334455667788" + "00003feb"
                        + "a77e8c5c",
                hex(DirectoryRecord.chunks(value, GENERATION, 16_363).encode(PLACE)));
    }

    @Test
    void anObjectsRecordsAreWhatTheDocumentSays() {
        byte[] value = new byte[40_000];
        assertEquals(
                "01020000" + "0000000000009c40" + "154ab3e5" + "0000019a0b0c0d0e1122334455667788"
                        + "7600000000000001000000000000000a" + "ec86b4ac",
                hex(DirectoryRecord.object(value, OBJECT).encode(PLACE)));
    }

    @Test
    void aRegistryRecordIsWhatTheDocumentSaysAndDamageIsNoticed() {
        byte[] key = Layout.registryKey(GENERATION);
        byte[] value = Layout.registryValue(OBJECT);
        assertEquals("01" + "7600000000000001000000000000000a" + "2b06f186", hex(value));
        assertEquals(OBJECT, Layout.registered(key, value));
        assertNull(Layout.registered(key, new byte[] {1}), "of another shape");
        for (int bit = 0; bit < value.length * 8; bit++) {
            byte[] changed = value.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertNull(Layout.registered(key, changed));
        }
    }

    @Test
    void recordsAreReadAsTheyWereWritten() {
        DirectoryRecord inline = DirectoryRecord.inline(new byte[512]);
        DirectoryRecord read = DirectoryRecord.decode(PLACE, inline.encode(PLACE));
        assertEquals(512, read.size());
        assertArrayEquals(new byte[512], ((Home.Inline) read.home()).value());
        DirectoryRecord chunks = DirectoryRecord.chunks(new byte[40_000], GENERATION, 16_363);
        assertEquals(chunks, DirectoryRecord.decode(PLACE, chunks.encode(PLACE)));
        assertEquals(3, chunks.chunkCount());
        DirectoryRecord object = DirectoryRecord.object(new byte[40_000], OBJECT);
        assertEquals(object, DirectoryRecord.decode(PLACE, object.encode(PLACE)));
        assertEquals(DirectoryRecord.MAX_BYTES, inline.encode(PLACE).length);
    }

    @Test
    void anyChangedBitIsNoticed() {
        byte[] record =
                DirectoryRecord.chunks(new byte[40_000], GENERATION, 16_363).encode(PLACE);
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] changed = record.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(CorruptDataException.class, () -> DirectoryRecord.decode(PLACE, changed));
        }
    }

    @Test
    void aRecordOfAnotherKeyOrLengthIsRefused() {
        byte[] record = DirectoryRecord.inline(new byte[9]).encode(PLACE);
        assertThrows(
                CorruptDataException.class, () -> DirectoryRecord.decode(Layout.directoryKey(Key.of("/a/c")), record));
        for (int length = 0; length < record.length; length++) {
            byte[] shorter = Arrays.copyOf(record, length);
            assertThrows(CorruptDataException.class, () -> DirectoryRecord.decode(PLACE, shorter));
        }
        assertThrows(CorruptDataException.class, () -> DirectoryRecord.decode(PLACE, new byte[600]));
    }
}
