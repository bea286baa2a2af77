package io.motrds.api.query;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import io.motrds.api.query.Scan.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random queries over random data, for every set of parts that a store may do itself, against the plain definition. */
class QueryEngineTest {

    private static final int QUERIES = 150;
    private static final String[] PIECES = {"/", "/", "/", "a", "b", "ab", "!", "0", "\u00e9", "\uffff", "\ud83d\ude00"
    };

    /** A filter and the same condition in other words. */
    private record Condition(Filter filter, Predicate<Map.Entry<Key, byte[]>> meaning) {}

    /** An order and the same order in other words. */
    private record Sequence(Order order, Comparator<Map.Entry<Key, byte[]>> meaning) {}

    static Stream<Set<QueryPart>> everySetOfParts() {
        List<QueryPart> all = List.of(QueryPart.values());
        return IntStream.range(0, 1 << all.size()).mapToObj(bits -> {
            Set<QueryPart> parts = EnumSet.noneOf(QueryPart.class);
            for (int i = 0; i < all.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    parts.add(all.get(i));
                }
            }
            return parts;
        });
    }

    @ParameterizedTest
    @MethodSource("everySetOfParts")
    void resultsAreThoseOfTheDefinition(Set<QueryPart> parts) {
        Random random = new Random(parts.toString().hashCode());
        for (int i = 0; i < QUERIES; i++) {
            MapScanner store = new MapScanner(parts);
            store.stopsAtLimit = random.nextBoolean();
            fill(store, random);
            Condition[] conditions = Stream.generate(() -> condition(random))
                    .limit(random.nextInt(3))
                    .toArray(Condition[]::new);
            Sequence[] sequences = Stream.generate(() -> sequence(random))
                    .limit(random.nextInt(4))
                    .toArray(Sequence[]::new);
            Query query = query(conditions, sequences, random);

            List<Map.Entry<Key, byte[]>> matching = store.data.entrySet().stream()
                    .filter(entry -> query.prefix().isRoot() || query.prefix().isAncestorOf(entry.getKey()))
                    .filter(entry -> Arrays.stream(conditions).allMatch(c -> c.meaning.test(entry)))
                    .toList();
            check(query, sequences, matching, store.run(query).toList());
            checkScans(store);
        }
    }

    private static void check(
            Query query, Sequence[] sequences, List<Map.Entry<Key, byte[]>> matching, List<Entry> results) {
        long size = Math.min(Math.max(0, matching.size() - query.offset()), query.limit());
        assertEquals(size, results.size(), query.toString());
        if (sequences.length == 0) { // any of them, but none twice
            Set<Entry> allowed = new HashSet<>();
            matching.forEach(entry -> allowed.add(project(entry, query.projection())));
            assertEquals(results.size(), new HashSet<>(results).size(), query.toString());
            assertTrue(allowed.containsAll(results), query.toString());
            return;
        }
        Comparator<Map.Entry<Key, byte[]>> order = Arrays.stream(sequences)
                .map(Sequence::meaning)
                .reduce(Comparator::thenComparing)
                .orElseThrow();
        List<Entry> expected = matching.stream()
                .sorted(order.thenComparing(QueryEngineTest::compareKeys))
                .skip(query.offset())
                .limit(query.limit())
                .map(entry -> project(entry, query.projection()))
                .toList();
        assertEquals(expected, results, query.toString());
    }

    /** A store is asked for nothing that it did not declare. */
    private static void checkScans(MapScanner store) {
        for (Scan scan : store.scans) {
            assertFalse(scan.range().isEmpty(), scan.toString());
            assertTrue(scan.limit() > 0, scan.toString());
            assertTrue(scan.offset() == 0 || store.parts.contains(QueryPart.OFFSET), scan.toString());
            assertTrue(
                    switch (scan.direction()) {
                        case ANY -> true;
                        case ASCENDING -> store.parts.contains(QueryPart.KEY_ORDER);
                        case DESCENDING -> store.parts.contains(QueryPart.KEY_ORDER_DESCENDING);
                    },
                    scan.toString());
            assertTrue(
                    scan.projection() != Projection.KEYS_AND_SIZES || store.parts.contains(QueryPart.SIZES),
                    scan.toString());
            assertTrue(
                    scan.direction() == Direction.ANY || store.read <= plus(scan.offset(), scan.limit()),
                    "read more than the limit that it named");
        }
        assertEquals(store.scans.size(), store.closed);
    }

    private static Entry project(Map.Entry<Key, byte[]> entry, Projection projection) {
        return switch (projection) {
            case KEYS -> Entry.ofKey(entry.getKey());
            case KEYS_AND_SIZES -> Entry.ofSize(entry.getKey(), entry.getValue().length);
            case VALUES -> Entry.of(entry.getKey(), entry.getValue());
        };
    }

    private static void fill(MapScanner store, Random random) {
        for (int n = random.nextInt(40); n > 0; n--) {
            store.data.put(Key.of(text(random)), value(random));
        }
    }

    private static Query query(Condition[] conditions, Sequence[] sequences, Random random) {
        Query query = Query.under(random.nextBoolean() ? Key.ROOT : Key.of(text(random)));
        for (Condition condition : conditions) {
            query = query.filter(condition.filter);
        }
        for (Sequence sequence : sequences) {
            query = query.order(sequence.order);
        }
        long[] numbers = {0, 1, 2, 3, 10, 100, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        if (random.nextBoolean()) {
            query = query.offset(numbers[random.nextInt(random.nextInt(8) == 0 ? 8 : 4)]);
        }
        if (random.nextBoolean()) {
            query = query.limit(numbers[random.nextInt(numbers.length)]);
        }
        return switch (random.nextInt(3)) {
            case 0 -> query.keysOnly();
            case 1 -> query.keysAndSizes();
            default -> query;
        };
    }

    private static Condition condition(Random random) {
        Comparison comparison = List.of(Comparison.values()).get(random.nextInt(6));
        String text = text(random);
        byte[] value = value(random);
        return switch (random.nextInt(5)) {
            case 0 ->
                new Condition(
                        Filter.key(comparison, text),
                        entry -> holds(comparison, compareText(entry.getKey().toString(), text)));
            case 1 ->
                new Condition(
                        Filter.keyPrefix(text),
                        entry -> entry.getKey().toString().startsWith(text));
            case 2 ->
                new Condition(
                        Filter.value(comparison, value),
                        entry -> holds(comparison, compareBytes(entry.getValue(), value)));
            case 3 ->
                new Condition(
                        Filter.matchingKey(entry -> entry.key().length() % 2 == 0),
                        entry -> entry.getKey().length() % 2 == 0);
            default ->
                new Condition(
                        Filter.matching(entry -> entry.requireValue().length > 1),
                        entry -> entry.getValue().length > 1);
        };
    }

    private static Sequence sequence(Random random) {
        Comparator<Map.Entry<Key, byte[]>> byValue = (a, b) -> compareBytes(a.getValue(), b.getValue());
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Sequence(Order.byKey(), QueryEngineTest::compareKeys);
            case 2, 3 -> new Sequence(Order.byKeyDescending(), (a, b) -> compareKeys(b, a));
            case 4 -> new Sequence(Order.byValue(), byValue);
            case 5 -> new Sequence(Order.byValueDescending(), byValue.reversed());
            case 6 ->
                new Sequence(
                        Order.by(Comparator.comparing(entry -> entry.requireValue().length)),
                        Comparator.comparing(entry -> entry.getValue().length));
            default ->
                new Sequence(
                        Order.byKey(Comparator.comparing(entry -> entry.key().length())),
                        Comparator.comparing(entry -> entry.getKey().length()));
        };
    }

    private static boolean holds(Comparison comparison, int sign) {
        return switch (comparison) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case LESS -> sign < 0;
            case LESS_OR_EQUAL -> sign <= 0;
            case GREATER -> sign > 0;
            case GREATER_OR_EQUAL -> sign >= 0;
        };
    }

    private static int compareKeys(Map.Entry<Key, byte[]> a, Map.Entry<Key, byte[]> b) {
        return compareText(a.getKey().toString(), b.getKey().toString());
    }

    /** By code points, whose order is that of UTF-8. */
    private static int compareText(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    private static int compareBytes(byte[] a, byte[] b) {
        return new String(a, ISO_8859_1).compareTo(new String(b, ISO_8859_1));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("/");
        for (int n = random.nextInt(5); n > 0; n--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static byte[] value(Random random) {
        byte[] value = new byte[random.nextInt(3)];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (random.nextInt(4) * 85);
        }
        return value;
    }

    static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static List<Key> keys(List<Entry> entries) {
        List<Key> keys = new ArrayList<>();
        entries.forEach(entry -> keys.add(entry.key()));
        return keys;
    }
}
