package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.DatastoreTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No more is in flight than was allowed. */
class WindowTest {

    private static Window window(int requests, long bytes) {
        return new Window(requests, bytes, Duration.ofMillis(20));
    }

    private static void assertFull(Window window, int bytes) {
        DatastoreTimeoutException failure =
                assertThrows(DatastoreTimeoutException.class, () -> window.enter(bytes, "put /k"));
        assertTrue(failure.getMessage().startsWith("put /k: not sent"), failure::getMessage);
    }

    @Test
    void noMoreRequestsAreInFlightThanThereAreWorkers() {
        Window window = window(2, 1 << 20);
        Window.Place first = window.enter(0, "a");
        window.enter(0, "b");
        assertFull(window, 0);
        first.leave();
        window.enter(0, "c");
    }

    @Test
    void noMoreBytesAreInFlightThanAllowed() {
        Window window = window(100, 64 << 10);
        Window.Place first = window.enter(40 << 10, "a");
        window.enter(24 << 10, "b");
        assertFull(window, 1 << 10);
        window.enter(0, "a read takes no bytes");
        first.leave();
        window.enter(40 << 10, "c");
        assertFull(window, 1 << 10);
    }

    @Test
    void aValueLargerThanTheWindowGoesAlone() {
        Window window = window(100, 64 << 10);
        Window.Place large = window.enter(10 << 20, "large");
        assertFull(window, 1 << 10);
        large.leave();
        Window.Place small = window.enter(1 << 10, "small");
        assertFull(window, 10 << 20);
        small.leave();
        window.enter(10 << 20, "large");
    }

    @Test
    void whatCouldNotEnterTakesNoPlace() {
        Window window = window(1, 64 << 10);
        Window.Place only = window.enter(0, "a");
        assertFull(window, 64 << 10); // there were bytes, but no request
        only.leave();
        window.enter(64 << 10, "b");
    }
}
