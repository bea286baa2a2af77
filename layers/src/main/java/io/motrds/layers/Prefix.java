package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key that others lie below, and the way there and back. A common prefix keeps the order of keys, so ranges of keys go
 * the same way. The prefix {@code /} changes nothing.
 */
record Prefix(Key key) {

    /** The bytes that the prefix adds to a key. */
    int length() {
        return key.isRoot() ? 0 : key.length();
    }

    /** {@code /b} becomes {@code /a/b}; {@code /} becomes the prefix itself. */
    Key add(Key below) {
        return key.child(below);
    }

    /** {@code /a/b} becomes {@code /b}; the prefix itself becomes {@code /}. */
    Key strip(Key full) {
        if (key.isRoot()) {
            return full;
        }
        if (full.length() == key.length()) {
            return Key.ROOT;
        }
        return Key.fromUtf8(strip(full.toUtf8()));
    }

    /** The strict children of the prefix that come from a range of keys; {@code /} has no place among them. */
    KeyRange add(KeyRange below) {
        if (key.isRoot()) {
            return below;
        }
        byte[] to = below.to().orElse(null);
        KeyRange full = KeyRange.between(add(below.from()), to == null ? null : add(to));
        return full.and(KeyRange.under(key));
    }

    /**
     * What a range of strict children of the prefix becomes without it. That never holds {@code /}, which no such child
     * becomes.
     *
     * @param full not empty, within {@link KeyRange#under} of the prefix
     */
    KeyRange strip(KeyRange full) {
        if (key.isRoot()) {
            return full;
        }
        byte[] to = full.to().orElse(null);
        boolean toTheEnd = to == null
                || KeyRange.under(key)
                        .to()
                        .filter(end -> Arrays.equals(end, to))
                        .isPresent();
        KeyRange below = KeyRange.between(strip(full.from()), toTheEnd ? null : strip(to));
        return below.and(BEHIND_ROOT);
    }

    private static final KeyRange BEHIND_ROOT = KeyRange.between(new byte[] {'/', 0}, null);

    private byte[] add(byte[] below) {
        byte[] prefix = key.toString().getBytes(StandardCharsets.UTF_8);
        byte[] full = Arrays.copyOf(prefix, prefix.length + below.length);
        System.arraycopy(below, 0, full, prefix.length, below.length);
        return full;
    }

    private byte[] strip(byte @Nullable [] full) {
        return full == null ? new byte[0] : Arrays.copyOfRange(full, key.length(), full.length);
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
