package io.motrds.server.wire;

import com.google.protobuf.ByteString;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.server.protocol.QueryResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Queries and their results as messages and back. */
public final class Queries {

    private Queries() {}

    /** Whether a query says all it has to say in a message: a filter or order that is code does not. */
    public static boolean isExpressible(Query query) {
        return query.filters().stream().noneMatch(Filter.Matching.class::isInstance)
                && query.orders().stream().noneMatch(Order.By.class::isInstance);
    }

    /** The message of a query that is {@linkplain #isExpressible expressible}. */
    public static io.motrds.server.protocol.Query encode(Query query) {
        io.motrds.server.protocol.Query.Builder message = io.motrds.server.protocol.Query.newBuilder()
                .setPrefix(Keys.encode(query.prefix()))
                .setOffset(query.offset())
                .setProjection(encode(query.projection()));
        query.filters().forEach(filter -> message.addFilters(encode(filter)));
        query.orders().forEach(order -> message.addOrders(encode(order)));
        if (query.limit() != Query.NO_LIMIT) {
            message.setLimit(query.limit());
        }
        return message.build();
    }

    /**
     * The query of a message.
     *
     * @throws RefusedInputException if it is none
     */
    public static Query decode(io.motrds.server.protocol.Query message) {
        Key prefix = message.getPrefix().isEmpty() ? Key.ROOT : Keys.decode(message.getPrefix());
        Query query = new Query(
                prefix,
                message.getFiltersList().stream().map(Queries::decode).toList(),
                message.getOrdersList().stream().map(Queries::decode).toList(),
                capped(message.getOffset()),
                message.hasLimit() ? capped(message.getLimit()) : Query.NO_LIMIT,
                Projection.VALUES);
        return switch (message.getProjection()) {
            case KEYS_AND_VALUES -> query;
            case KEYS -> query.keysOnly();
            case KEYS_AND_SIZES -> query.keysAndSizes();
            case UNRECOGNIZED -> throw new RefusedInputException("a query's projection is not known here");
        };
    }

    /** An unsigned number, or the largest signed one. */
    public static long capped(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    private static io.motrds.server.protocol.Projection encode(Projection projection) {
        return switch (projection) {
            case VALUES -> io.motrds.server.protocol.Projection.KEYS_AND_VALUES;
            case KEYS -> io.motrds.server.protocol.Projection.KEYS;
            case KEYS_AND_SIZES -> io.motrds.server.protocol.Projection.KEYS_AND_SIZES;
        };
    }

    private static io.motrds.server.protocol.Filter encode(Filter filter) {
        io.motrds.server.protocol.Filter.Builder message = io.motrds.server.protocol.Filter.newBuilder();
        if (filter instanceof Filter.KeyCompare compare) {
            message.getKeyCompareBuilder()
                    .setComparison(encode(compare.comparison()))
                    .setText(ByteString.copyFromUtf8(compare.text()));
        } else if (filter instanceof Filter.KeyPrefix prefix) {
            message.getKeyPrefixBuilder().setText(ByteString.copyFromUtf8(prefix.text()));
        } else if (filter instanceof Filter.ValueCompare compare) {
            message.getValueCompareBuilder()
                    .setComparison(encode(compare.comparison()))
                    .setValue(Keys.share(compare.bytes()));
        } else {
            throw new IllegalArgumentException("a filter that is code cannot be sent");
        }
        return message.build();
    }

    private static Filter decode(io.motrds.server.protocol.Filter message) {
        return switch (message.getFilterCase()) {
            case KEY_COMPARE ->
                Filter.key(
                        decode(message.getKeyCompare().getComparison()),
                        text(message.getKeyCompare().getText()));
            case KEY_PREFIX -> Filter.keyPrefix(text(message.getKeyPrefix().getText()));
            case VALUE_COMPARE ->
                Filter.value(
                        decode(message.getValueCompare().getComparison()),
                        message.getValueCompare().getValue().toByteArray());
            case FILTER_NOT_SET -> throw new RefusedInputException("a query's filter is missing or not known here");
        };
    }

    private static String text(ByteString utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedInputException("the text of a key filter must be UTF-8", e);
        }
    }

    private static io.motrds.server.protocol.Comparison encode(Comparison comparison) {
        return switch (comparison) {
            case EQUAL -> io.motrds.server.protocol.Comparison.EQUAL;
            case NOT_EQUAL -> io.motrds.server.protocol.Comparison.NOT_EQUAL;
            case GREATER -> io.motrds.server.protocol.Comparison.GREATER;
            case GREATER_OR_EQUAL -> io.motrds.server.protocol.Comparison.GREATER_OR_EQUAL;
            case LESS -> io.motrds.server.protocol.Comparison.LESS;
            case LESS_OR_EQUAL -> io.motrds.server.protocol.Comparison.LESS_OR_EQUAL;
        };
    }

    private static Comparison decode(io.motrds.server.protocol.Comparison message) {
        return switch (message) {
            case EQUAL -> Comparison.EQUAL;
            case NOT_EQUAL -> Comparison.NOT_EQUAL;
            case GREATER -> Comparison.GREATER;
            case GREATER_OR_EQUAL -> Comparison.GREATER_OR_EQUAL;
            case LESS -> Comparison.LESS;
            case LESS_OR_EQUAL -> Comparison.LESS_OR_EQUAL;
            case COMPARISON_UNSPECIFIED, UNRECOGNIZED ->
                throw new RefusedInputException("a filter's comparison is missing or not known here");
        };
    }

    private static io.motrds.server.protocol.Order encode(Order order) {
        if (order instanceof Order.ByKey byKey) {
            return byKey == Order.ByKey.ASCENDING
                    ? io.motrds.server.protocol.Order.BY_KEY
                    : io.motrds.server.protocol.Order.BY_KEY_DESCENDING;
        }
        if (order instanceof Order.ByValue byValue) {
            return byValue == Order.ByValue.ASCENDING
                    ? io.motrds.server.protocol.Order.BY_VALUE
                    : io.motrds.server.protocol.Order.BY_VALUE_DESCENDING;
        }
        throw new IllegalArgumentException("an order that is code cannot be sent");
    }

    private static Order decode(io.motrds.server.protocol.Order message) {
        return switch (message) {
            case BY_KEY -> Order.byKey();
            case BY_KEY_DESCENDING -> Order.byKeyDescending();
            case BY_VALUE -> Order.byValue();
            case BY_VALUE_DESCENDING -> Order.byValueDescending();
            case ORDER_UNSPECIFIED, UNRECOGNIZED ->
                throw new RefusedInputException("a query's order is missing or not known here");
        };
    }

    /** The message of a result. Its value is shared, not copied. */
    public static QueryResponse.Entry encode(Entry entry) {
        QueryResponse.Entry.Builder message = QueryResponse.Entry.newBuilder().setKey(Keys.encode(entry.key()));
        byte[] value = entry.value();
        if (value != null) {
            message.setValue(Keys.share(value));
        } else if (entry.size() != Entry.UNKNOWN_SIZE) {
            message.setSize(entry.size());
        }
        return message.build();
    }

    /** The result of a message. */
    public static Entry decode(QueryResponse.Entry message) {
        Key key = Keys.decode(message.getKey());
        if (message.hasValue()) {
            return Entry.of(key, Keys.take(message.getValue()));
        }
        return message.hasSize() ? Entry.ofSize(key, message.getSize()) : Entry.ofKey(key);
    }
}
