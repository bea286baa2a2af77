package io.motrds.server.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {

    @Test
    void aValueOfOneArrayIsTakenWithoutACopy() {
        byte[] value = "a value".getBytes(UTF_8);
        assertSame(value, Keys.take(Keys.share(value)));
    }

    @Test
    void aValueInPartsIsTakenWhole() {
        byte[] half = new byte[1_000];
        half[999] = 7;
        ByteString parts = UnsafeByteOperations.unsafeWrap(half).concat(UnsafeByteOperations.unsafeWrap(half));
        assertArrayEquals(parts.toByteArray(), Keys.take(parts));
        for (ByteString value : List.of(
                ByteString.EMPTY,
                Keys.share(half).substring(1),
                Keys.share(half).substring(0, 10))) {
            assertArrayEquals(value.toByteArray(), Keys.take(value));
        }
    }
}
