package io.motrds.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTest {

    private static final Path FOLDER = Path.of("/etc/motrds");

    private static <T> Optional<T> parse(Parameter<T> parameter, String text) {
        return parameter.parse(text, FOLDER);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "4096b, 4096",
        "1k, 1000",
        "1kB, 1000",
        "64KiB, 65536",
        "64 kib, 65536",
        "64ki, 65536",
        "32MiB, 33554432",
        "1MB, 1000000",
        "2GiB, 2147483648",
        "1TiB, 1099511627776",
        "9223372036854775807, 9223372036854775807",
    })
    void bytesHaveDecimalAndBinaryUnits(String text, long bytes) {
        assertEquals(Optional.of(bytes), parse(TestTypes.BUFFER, text));
        assertEquals(Optional.of(bytes), parse(TestTypes.BUFFER, " " + text + "\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "1.5MiB",
                "5i",
                "5ib",
                "MiB",
                "1PiB",
                "1 M i B",
                "0x10",
                "9223372036854775808",
                "9999999TiB",
                "١"
            })
    void bytesThatAreNoneAreRefused(String text) {
        assertEquals(Optional.empty(), parse(TestTypes.BUFFER, text));
    }

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "30s, PT30S",
        "2m, PT2M",
        "2min, PT2M",
        "1.5h, PT1H30M",
        "24 h, PT24H",
        "7d, PT168H",
        "0s, PT0S",
        "0.001s, PT0.001S"
    })
    void durationsHaveUnits(String text, Duration duration) {
        assertEquals(Optional.of(duration), parse(Parameter.duration("timeout", "how long"), text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5s", "5y", "s", "1e3s", "0.0001s", "99999999999999999999d", "PT5S"})
    void durationsThatAreNoneAreRefused(String text) {
        assertEquals(Optional.empty(), parse(Parameter.duration("timeout", "how long"), text));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 1000", "' 7 ', 7"})
    void wholeNumbersAreTakenWithinTheirBounds(String text, int number) {
        assertEquals(Optional.of(number), parse(TestTypes.WORKERS, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1001", "-1", "1.0", "1e2", "ten", "99999999999"})
    void wholeNumbersOutsideTheirBoundsAreRefused(String text) {
        assertEquals(Optional.empty(), parse(TestTypes.WORKERS, text));
    }

    @Test
    void boundsAreToldInWords() {
        assertEquals("a whole number from 1 to 1000", TestTypes.WORKERS.allowed());
        assertEquals(
                "a whole number from 5",
                Parameter.integer("x", "x", 5, Integer.MAX_VALUE).allowed());
        assertEquals("one of none, snappy", TestTypes.COMPRESSION.allowed());
    }

    @Test
    void flagsAreTrueOrFalse() {
        assertEquals(Optional.of(true), parse(TestTypes.SYNC, "True"));
        assertEquals(Optional.of(false), parse(TestTypes.SYNC, "false"));
        for (String text : new String[] {"", "yes", "no", "1", "0", "on", "t"}) {
            assertEquals(Optional.empty(), parse(TestTypes.SYNC, text), text);
        }
    }

    @Test
    void choicesAreTakenAsTheyAreWritten() {
        assertEquals(Optional.of("none"), parse(TestTypes.COMPRESSION, "none"));
        assertEquals(Optional.empty(), parse(TestTypes.COMPRESSION, "None"));
        assertEquals(Optional.empty(), parse(TestTypes.COMPRESSION, ""));
    }

    @Test
    void pathsStartFromTheFolder() {
        assertEquals(Optional.of(Path.of("/etc/motrds/a")), parse(TestTypes.PATH, "a"));
        assertEquals(Optional.of(Path.of("/etc/a")), parse(TestTypes.PATH, "../a"));
        assertEquals(Optional.of(FOLDER), parse(TestTypes.PATH, "."));
        assertEquals(Optional.of(Path.of("/a")), parse(TestTypes.PATH, "/a"));
        assertEquals(Optional.empty(), parse(TestTypes.PATH, " "));
        assertEquals(Optional.empty(), parse(TestTypes.PATH, "a\0b"));
    }

    @Test
    void keysAreCleaned() {
        assertEquals(Optional.of(Key.of("/a/b")), parse(TestTypes.MOUNTPOINT, "a//b/"));
        assertEquals(Optional.of(Key.ROOT), parse(TestTypes.MOUNTPOINT, ""));
        assertEquals(Optional.empty(), parse(TestTypes.MOUNTPOINT, "a\0"));
    }

    @Test
    void aSecretIsRevealedOnlyWhenAsked() {
        Secret secret = parse(TestTypes.SECRET, "hunter2").orElseThrow();
        assertEquals("hunter2", secret.reveal());
        assertEquals("****", secret.toString());
        assertTrue(TestTypes.SECRET.isSecret());
        assertFalse(TestTypes.BUCKET.isSecret());
    }

    @Test
    void anAuthorsTypeRefusesWithAnIllegalArgument() {
        Parameter<Integer> even = Parameter.of("even", "an even number", "an even number", text -> {
            if (Integer.parseInt(text) % 2 != 0) {
                throw new IllegalArgumentException();
            }
            return Integer.valueOf(text);
        });
        assertEquals(Optional.of(4), parse(even, "4"));
        assertEquals(Optional.empty(), parse(even, "5"));
        assertEquals(Optional.empty(), parse(even, "x"));
    }

    @Test
    void aParameterIsRequiredUnlessItHasADefaultOrIsOptional() {
        Parameter<String> plain = Parameter.text("name", "a doc");
        assertTrue(plain.isRequired());
        assertTrue(plain.optional().required().isRequired());
        assertFalse(plain.optional().isRequired());
        assertFalse(plain.byDefault("x").isRequired());
        assertEquals(Optional.of("x"), plain.byDefault("x").defaultText());
        assertEquals(Optional.empty(), plain.defaultText());
        assertEquals(Optional.empty(), plain.byDefault("x").optional().defaultText());
        assertEquals("name", plain.byDefault("x").name());
        assertEquals("a doc", plain.optional().doc());
        assertEquals("text", plain.allowed());
        assertEquals("name", plain.toString());
        assertTrue(Parameter.secret("s", "s").optional().isSecret());
        assertTrue(Parameter.secret("s", "s").byDefault("x").isSecret());
    }

    @ParameterizedTest
    @CsvSource({
        "pth, path",
        "Path, path",
        "PATH, path",
        "writebuffer, writeBuffer",
        "write-buffer, writeBuffer",
        "wirteBuffer, writeBuffer",
        "synch, sync",
        "compresion, compression",
    })
    void theNearestNameIsSuggested(String given, String nearest) {
        String text = Suggestion.of(given, List.of("sync", "writeBuffer", "path", "compression"));
        assertEquals("; did you mean " + nearest + "? There are: compression, path, sync, writeBuffer", text);
    }

    @Test
    void nothingIsSuggestedWhenNothingIsNear() {
        for (String given : new String[] {"", "zzz", "bucket", "x".repeat(100_000)}) {
            assertEquals(
                    "; There are: path, sync", Suggestion.of(given, List.of("sync", "path")), "for " + given.length());
        }
        assertEquals("; there are none", Suggestion.of("x", List.of()));
    }
}
