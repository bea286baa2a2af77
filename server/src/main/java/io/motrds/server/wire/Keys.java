package io.motrds.server.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.motrds.api.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Keys and values as bytes of messages. */
public final class Keys {

    private Keys() {}

    /** The key's bytes. */
    public static ByteString encode(Key key) {
        return UnsafeByteOperations.unsafeWrap(key.toUtf8()); // a fresh copy
    }

    /**
     * The key of these bytes.
     *
     * @throws io.motrds.api.InvalidKeyException if they are not a cleaned key
     */
    public static Key decode(ByteString utf8) {
        return Key.fromUtf8(utf8.toByteArray());
    }

    /**
     * The value of a message that came from the network and that nobody looks at any more: the array that it was read into
     * where there is one, without a copy.
     */
    public static byte[] take(ByteString value) {
        Whole whole = new Whole();
        try {
            UnsafeByteOperations.unsafeWriteTo(value, whole);
        } catch (IOException e) {
            throw new AssertionError("it writes nowhere", e);
        }
        byte[] array = whole.last;
        return array != null && array.length == value.size() ? array : value.toByteArray(); // else it was in parts
    }

    /** The array that was written last, all of which was written. */
    private static final class Whole extends ByteOutput {
        private byte @Nullable [] last;

        @Override
        public void writeLazy(byte[] bytes, int offset, int length) {
            last = offset == 0 && length == bytes.length ? bytes : null;
        }

        @Override
        public void write(byte value) {}

        @Override
        public void write(byte[] bytes, int offset, int length) {}

        @Override
        public void write(ByteBuffer bytes) {}

        @Override
        public void writeLazy(ByteBuffer bytes) {}
    }

    /** A value that nobody changes any more, without a copy. */
    public static ByteString share(byte[] value) {
        return UnsafeByteOperations.unsafeWrap(value);
    }
}
