package io.motrds.server.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.motrds.api.Key;

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

    /** A value that nobody changes any more, without a copy. */
    public static ByteString share(byte[] value) {
        return UnsafeByteOperations.unsafeWrap(value);
    }
}
