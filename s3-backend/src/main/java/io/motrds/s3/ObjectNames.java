package io.motrds.s3;

import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How keys are named as objects, as go-ds-s3 does: the key {@code /a/b} is the object {@code a/b}, below a root directory
 * {@code r} the object {@code r/a/b}. Names sort by their UTF-8 bytes as keys do.
 *
 * <p>The key {@code /} has no such name. It is the object {@code r}, or {@code /} without a root directory; neither lies
 * where the others sort, so it is always looked up by itself.
 */
final class ObjectNames {

    /** The longest name that S3 takes. */
    static final int MAX_BYTES = 1024;

    private static final int LONGEST_START = 900;

    private final String root;
    private final String before;

    /**
     * Names below a directory.
     *
     * @param rootDirectory cleaned as a key is; empty for none
     */
    ObjectNames(String rootDirectory) {
        this.root = Key.of(rootDirectory).toString().substring(1);
        this.before = root.isEmpty() ? "" : root + "/";
    }

    /** The root directory without slashes around it; empty for none. */
    String root() {
        return root;
    }

    /** Compares names by their UTF-8 bytes, as S3 lists them. */
    static int compare(String left, String right) {
        return Arrays.compareUnsigned(utf8(left), utf8(right));
    }

    /** What the names of all keys but {@code /} start with. */
    String prefix() {
        return before;
    }

    /** The longest key whose name S3 takes. */
    int maxKeyBytes() {
        return MAX_BYTES - utf8(before).length + 1;
    }

    /** The object of a key. */
    String nameOf(Key key) {
        if (key.isRoot()) {
            return root.isEmpty() ? "/" : root;
        }
        return before + key.toString().substring(1);
    }

    /** The key of an object that a listing gave; null when it is not of this store: something else put it there. */
    @Nullable Key keyOf(String name) {
        if (!name.startsWith(before)) {
            return null;
        }
        try {
            Key key = Key.fromUtf8(utf8("/" + name.substring(before.length())));
            return key.isRoot() ? null : key;
        } catch (InvalidKeyException e) {
            return null;
        }
    }

    /**
     * Where to list.
     *
     * @param prefix what all names of the range start with
     * @param startAfter a name before the first of the range; null when the prefix alone says it
     */
    record Listing(String prefix, @Nullable String startAfter) {}

    /** The part of the bucket to list for a range of keys, {@code /} aside; empty when it holds none. */
    Optional<Listing> listing(KeyRange range) {
        byte[] from = range.from();
        byte[] common = common(from, range.to().orElse(null));
        boolean behindAll = from.length > 0 && (from[0] & 0xff) > '/'; // every key starts with a slash
        if (behindAll || (common.length > 0 && common[0] != '/')) {
            return Optional.empty();
        }
        if (utf8(before).length + common.length - 1 > MAX_BYTES) {
            return Optional.empty();
        }
        String prefix = before + (common.length == 0 ? "" : text(common).substring(1));
        String startAfter = null;
        if (from.length > Math.max(1, common.length) && from[0] == '/') {
            startAfter = before + predecessor(text(from).substring(1));
        }
        return Optional.of(new Listing(prefix, startAfter == null || startAfter.isEmpty() ? null : startAfter));
    }

    /** The bytes that everything from one bound to the other starts with, cut where a character ends. */
    private static byte[] common(byte[] from, byte @Nullable [] to) {
        if (to == null) {
            return new byte[0];
        }
        int same = Arrays.mismatch(from, to);
        boolean lastStep = same >= 0
                && same < from.length
                && same == to.length - 1
                && (from[same] & 0xff) + 1 == (to[same] & 0xff);
        int length = same < 0 ? from.length : lastStep ? same + 1 : same;
        while (length > 0 && !isUtf8(from, length)) {
            length--;
        }
        return Arrays.copyOf(from, length);
    }

    /**
     * A text before this one, with next to nothing between: listings start behind a name, ranges with one. What lies
     * between is listed and dropped.
     */
    private static String predecessor(String text) {
        String start = text;
        while (utf8(start).length > LONGEST_START) {
            start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
        }
        if (start.length() < text.length() || start.isEmpty()) {
            return start;
        }
        int last = start.codePointBefore(start.length());
        String head = start.substring(0, start.length() - Character.charCount(last));
        int smaller = last == 0xE000 ? 0xD7FF : last - 1; // not a surrogate
        return last <= 1 ? head : head + Character.toString(smaller) + '\uFFFD';
    }

    /** Whether a name can stand in the XML of a request: control characters and two others cannot. */
    static boolean fitsXml(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 0xFFFE && c != 0xFFFF);
    }

    private static boolean isUtf8(byte[] bytes, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
