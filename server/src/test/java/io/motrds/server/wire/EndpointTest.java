package io.motrds.server.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sidecar listens on a Unix socket or the loopback interface, and nowhere else. */
class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "unix:/run/motrds/socket, unix:/run/motrds/socket",
        "unix:///run/motrds/socket, unix:/run/motrds/socket",
        "127.0.0.1:7200, 127.0.0.1:7200",
        "127.9.9.9:0, 127.9.9.9:0",
        "localhost:80, 127.0.0.1:80",
        "[::1]:7200, [::1]:7200"
    })
    void theseAreAddresses(String given, String understood) {
        assertEquals(understood, Endpoint.parse(given).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unix:",
                "0.0.0.0:7200",
                ":7200",
                "7200",
                "127.0.0.1",
                "127.0.0.1:65536",
                "127.0.0.256:1",
                "127.0.0.1.evil.example:1",
                "[::]:7200",
                "192.168.1.1:7200",
                "example.org:7200",
                "/run/motrds/socket",
                "unix:\u0000"
            })
    void anyOtherIsRefused(String given) {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(given));
    }

    @Test
    void aPathThatTheKernelWouldCutIsRefused() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("unix:/" + "x".repeat(107)));
        assertTrue(refusal.getMessage().contains("107 bytes, not 108"), refusal::getMessage);
    }
}
