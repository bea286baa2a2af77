package io.motrds.motr;

import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Motr identifier: 128 bits, written {@code 0x7800000000000123:0x123456780}, with or without angle brackets.
 *
 * @param container the high 64 bits, unsigned; their top byte is the type
 * @param key the low 64 bits, unsigned
 */
public record Fid(long container, long key) {

    /** Its size in a record. */
    static final int BYTES = 16;

    /** The top byte of an index's identifier. */
    public static final int INDEX = 'x';
    /** The top byte of a process's identifier. */
    public static final int PROCESS = 'r';
    /** The top byte of a profile's identifier. */
    public static final int PROFILE = 'p';

    /** The top byte of a pool version's identifier. */
    public static final int POOL_VERSION = 'v';

    /** Motr keeps a device's number there and panics when an index's identifier has anything. */
    private static final long DEVICE_BITS = 0x00ff_ffff_0000_0000L;

    private static final Pattern TEXT =
            Pattern.compile("<?\\s*(0[xX])?([0-9a-fA-F]{1,16})\\s*:\\s*(0[xX])?([0-9a-fA-F]{1,16})\\s*>?");

    /**
     * Reads an identifier; both numbers are hexadecimal.
     *
     * @throws IllegalArgumentException if the text is malformed
     */
    public static Fid parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches() || text.strip().startsWith("<") != text.strip().endsWith(">")) {
            throw new IllegalArgumentException("not a Motr identifier: " + text);
        }
        return new Fid(Long.parseUnsignedLong(matcher.group(2), 16), Long.parseUnsignedLong(matcher.group(4), 16));
    }

    /**
     * Reads an identifier of a type.
     *
     * @throws IllegalArgumentException if the text is malformed, of another type, or one that Motr does not survive
     */
    public static Fid parse(String text, int type) {
        Fid fid = parse(text);
        if (fid.type() != type) {
            throw new IllegalArgumentException("top byte must be 0x" + Integer.toHexString(type) + ": " + text);
        }
        if (type == INDEX && (fid.container & DEVICE_BITS) != 0) {
            throw new IllegalArgumentException("an index has zeros after its top byte, as in 0x78000000…: " + text);
        }
        return fid;
    }

    static Fid from(ByteBuffer buffer) {
        return new Fid(buffer.getLong(), buffer.getLong());
    }

    void to(ByteBuffer buffer) {
        buffer.putLong(container).putLong(key);
    }

    /**
     * Whether it has the form of a pool version: of one that is configured, or of one that Motr derives from it when
     * devices fail. Motr ends the process when it is asked for one of another form.
     */
    public boolean isPoolVersion() {
        long kind = container >>> 54 & 3;
        return type() == POOL_VERSION && (kind == 0 || (kind == 2 && (container & 0x3f_ffff_0000_0000L) == 0));
    }

    /** The top byte. */
    public int type() {
        return (int) (container >>> 56);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(container) + ":0x" + Long.toHexString(key);
    }
}
