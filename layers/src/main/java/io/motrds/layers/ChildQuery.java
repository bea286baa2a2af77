package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.KeyRange;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.Scan;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Says as a query what a {@link Scan} asks, so that a layer can pass it to the store within. The store's own engine, or
 * a server behind it, finds the range again in the query's prefix and key filters.
 */
final class ChildQuery {

    /** Code points without the surrogates, which UTF-8 does not have. */
    private static final int CHARACTERS = Character.MAX_CODE_POINT + 1 - 0x800;

    private ChildQuery() {}

    /**
     * The query for the keys of a range, in the direction and with the projection of a scan.
     *
     * @param offset how many entries to skip
     * @param limit how many entries are needed at most
     */
    static Query of(KeyRange range, Scan scan, long offset, long limit) {
        Optional<String> from = ceiling(range.from());
        if (from.isEmpty()) {
            return Query.all().limit(0);
        }
        Key prefix = commonPrefix(range, from.get());
        KeyRange under = KeyRange.under(prefix);
        Query query = new Query(prefix, List.of(), List.of(), offset, limit, scan.projection());
        if (Arrays.compareUnsigned(range.from(), under.from()) > 0) {
            query = query.filter(Filter.key(Comparison.GREATER_OR_EQUAL, from.get()));
        }
        if (!range.to().map(ByteBuffer::wrap).equals(under.to().map(ByteBuffer::wrap))) {
            Optional<String> to = range.to().flatMap(ChildQuery::ceiling);
            query = to.isPresent() ? query.filter(Filter.key(Comparison.LESS, to.get())) : query;
        }
        return switch (scan.direction()) {
            case ANY -> query;
            case ASCENDING -> query.order(Order.byKey());
            case DESCENDING -> query.order(Order.byKeyDescending());
        };
    }

    /** The longest key that the whole range lies under. */
    private static Key commonPrefix(KeyRange range, String from) {
        for (int slash = from.lastIndexOf('/'); slash > 0; slash = from.lastIndexOf('/', slash - 1)) {
            String text = from.substring(0, slash);
            if (text.indexOf('\0') < 0) {
                Key candidate = Key.of(text);
                boolean clean = candidate.toString().equals(text);
                if (clean && range.and(KeyRange.under(candidate)).equals(range)) {
                    return candidate;
                }
            }
        }
        return Key.ROOT;
    }

    /**
     * The smallest text whose UTF-8 is not below these bytes, which may end in the middle of a character. As a bound it
     * selects the same keys, because keys are UTF-8. Empty when every text is below.
     */
    static Optional<String> ceiling(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (!result.isError()) {
            return Optional.of(text);
        }
        byte[] rest = Arrays.copyOfRange(bytes, in.position(), bytes.length);
        int next = firstNotBelow(rest);
        return next < CHARACTERS ? Optional.of(text + character(next)) : behind(text);
    }

    private static int firstNotBelow(byte[] rest) {
        int low = 0;
        int high = CHARACTERS;
        while (low < high) { // the order of characters is that of their bytes
            int middle = (low + high) >>> 1;
            byte[] utf8 = character(middle).getBytes(StandardCharsets.UTF_8);
            if (Arrays.compareUnsigned(utf8, rest) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The smallest text behind all that start with this one. */
    private static Optional<String> behind(String text) {
        int end = text.length();
        while (end > 0) {
            int last = text.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return Optional.of(text.substring(0, end) + Character.toString(next));
            }
        }
        return Optional.empty();
    }

    private static String character(int number) {
        return Character.toString(number < Character.MIN_SURROGATE ? number : number + 0x800);
    }
}
