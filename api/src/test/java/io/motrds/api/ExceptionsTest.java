package io.motrds.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionsTest {

    @Test
    void whatMayPassIsRetryable() {
        assertTrue(new DatastoreTimeoutException("x").isRetryable());
        assertTrue(new DatastoreUnavailableException("x").isRetryable());
        assertTrue(new ConflictException("x").isRetryable());
    }

    @Test
    void whatWillNotPassIsNot() {
        assertFalse(new DatastoreException("x").isRetryable());
        assertFalse(new DatastoreClosedException("x").isRetryable());
        assertFalse(new CorruptDataException("x").isRetryable());
        assertFalse(new MisconfiguredException("x").isRetryable());
        assertFalse(new RefusedInputException("x").isRetryable());
        assertFalse(new InvalidKeyException("x").isRetryable());
        assertFalse(new ValueTooLargeException("x").isRetryable());
    }

    @Test
    void aKeyOrValueThatIsNotTakenIsRefusedInput() {
        assertInstanceOf(RefusedInputException.class, new InvalidKeyException("x"));
        assertInstanceOf(RefusedInputException.class, new ValueTooLargeException("x"));
    }

    @Test
    void messagesAndCausesAreKept() {
        Exception cause = new Exception("why");
        List<DatastoreException> all = List.of(
                new DatastoreException("what", cause),
                new DatastoreClosedException("what", cause),
                new CorruptDataException("what", cause),
                new MisconfiguredException("what", cause),
                new RefusedInputException("what", cause),
                new InvalidKeyException("what", cause),
                new ValueTooLargeException("what", cause),
                new DatastoreTimeoutException("what", cause),
                new DatastoreUnavailableException("what", cause),
                new ConflictException("what", cause));
        for (DatastoreException e : all) {
            assertEquals("what", e.getMessage());
            assertSame(cause, e.getCause());
        }
    }

    @Test
    void aFailedBatchNamesTheStoreTheKeysAndTheCause() {
        DatastoreException cause = new DatastoreException("disk on fire");
        BatchException e = new BatchException(
                "mem", List.of(Key.of("/b"), Key.of("/a"), Key.of("/c")), List.of(Key.of("/z")), cause);
        assertEquals("mem: batch not committed; failed: /a and 2 more; fate unknown: /z; disk on fire", e.getMessage());
        assertSame(cause, e.getCause());
        assertEquals(List.of(Key.of("/a"), Key.of("/b"), Key.of("/c")), List.copyOf(e.failedKeys()));
        assertEquals(List.of(Key.of("/z")), List.copyOf(e.unknownKeys()));
        assertTrue(new BatchException("mem", List.of(), List.of(), cause)
                .getMessage()
                .contains("failed: none; fate unknown: none"));
    }

    @Test
    void aFailedBatchIsAsRetryableAsItsCause() {
        assertTrue(new BatchException("x", List.of(), List.of(), new DatastoreTimeoutException("x")).isRetryable());
        assertFalse(new BatchException("x", List.of(), List.of(), new CorruptDataException("x")).isRetryable());
    }

    @Test
    void theKeysOfAFailedBatchAreItsOwn() {
        List<Key> failed = new ArrayList<>(List.of(Key.of("/a")));
        BatchException e = new BatchException("x", failed, List.of(), new DatastoreException("x"));
        failed.clear();
        assertEquals(1, e.failedKeys().size());
        assertThrows(UnsupportedOperationException.class, () -> e.failedKeys().clear());
        assertThrows(UnsupportedOperationException.class, () -> e.unknownKeys().add(Key.ROOT));
    }
}
