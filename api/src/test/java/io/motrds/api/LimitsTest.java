package io.motrds.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final Limits SMALLEST = new Limits(Limits.MIN_KEY_BYTES, Limits.MIN_VALUE_BYTES);

    @Test
    void everyStoreTakesKeysOf900BytesAndValuesOf3MiB() {
        assertEquals(900, Limits.MIN_KEY_BYTES);
        assertEquals(3 * 1024 * 1024, Limits.MIN_VALUE_BYTES);
        assertThrows(IllegalArgumentException.class, () -> new Limits(899, 3 << 20));
        assertThrows(IllegalArgumentException.class, () -> new Limits(900, -1));
    }

    @Test
    void aKeyIsMeasuredInBytesAndRefusedWithTheLimit() {
        Key fits = Key.of("/" + "a".repeat(899));
        Key tooLong = Key.of("/" + "\ud83d\ude00".repeat(225));
        assertEquals(901, tooLong.length());
        assertDoesNotThrow(() -> SMALLEST.check(fits));
        String message = assertThrows(InvalidKeyException.class, () -> SMALLEST.check(tooLong))
                .getMessage();
        assertTrue(message.contains("901") && message.contains("900"), message);
        assertTrue(message.length() < 200, message);
    }

    @Test
    void aValueIsRefusedWithTheLimitAndTheKey() {
        Key key = Key.of("/some/key");
        assertDoesNotThrow(() -> SMALLEST.check(key, new byte[3 << 20]));
        String message = assertThrows(ValueTooLargeException.class, () -> SMALLEST.check(key, new byte[(3 << 20) + 1]))
                .getMessage();
        assertTrue(
                message.contains("3145729") && message.contains("3145728") && message.contains("/some/key"), message);
    }

    @Test
    void ofTwoLimitsTheSmallerHold() {
        assertEquals(new Limits(1000, 4_000_000), new Limits(1000, 5_000_000).and(new Limits(2000, 4_000_000)));
    }
}
