package io.motrds.tck;

import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An operation on a store, as data, so that a sequence of them can be repeated and shortened. */
sealed interface Operation {

    /** Few keys, related and odd ones, so that operations meet. */
    List<Key> KEYS = List.of(
            Key.of("/"),
            Key.of("/a"),
            Key.of("/a/b"),
            Key.of("/a/b/c"),
            Key.of("/ab"),
            Key.of("/a-"),
            Key.of("/b"),
            Key.of("/\uffff"),
            Key.of("/😀"),
            Key.of("/a/😀"));

    record Get(Key key) implements Operation {}

    record GetAll(List<Key> keys) implements Operation {}

    record Has(Key key) implements Operation {}

    record Size(Key key) implements Operation {}

    record Put(Key key, int number) implements Operation {}

    record Delete(Key key) implements Operation {}

    /** Writes together; {@link Put} and {@link Delete} alone. */
    record Batched(List<Operation> writes, boolean committed) implements Operation {}

    record Queried(Query query) implements Operation {}

    record Synced(Key prefix) implements Operation {}

    record Reopened() implements Operation {}

    static Operation random(Random random) {
        Key key = key(random);
        return switch (random.nextInt(26)) {
            case 0, 1, 2 -> new Get(key);
            case 3 -> new GetAll(keys(random));
            case 4 -> new Has(key);
            case 5 -> new Size(key);
            case 6, 7 -> new Delete(key);
            case 8, 9, 10 -> new Batched(writes(random), random.nextInt(5) > 0);
            case 11, 12, 13, 14, 15 -> new Queried(query(random));
            case 16 -> new Synced(key);
            case 17 -> random.nextInt(8) == 0 ? new Reopened() : new Get(key);
            default -> new Put(key, random.nextInt(1000));
        };
    }

    private static Key key(Random random) {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private static List<Key> keys(Random random) {
        return random.ints(random.nextInt(6), 0, KEYS.size())
                .mapToObj(KEYS::get)
                .toList();
    }

    private static List<Operation> writes(Random random) {
        List<Operation> writes = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            Key key = key(random);
            writes.add(random.nextInt(3) == 0 ? new Delete(key) : new Put(key, random.nextInt(1000)));
        }
        return writes;
    }

    private static Query query(Random random) {
        Query query = random.nextBoolean() ? Query.all() : Query.under(key(random));
        if (random.nextInt(3) == 0) {
            Comparison[] comparisons = Comparison.values();
            Comparison comparison = comparisons[random.nextInt(comparisons.length)];
            query = query.filter(Filter.key(comparison, key(random).toString()));
        }
        if (random.nextInt(4) == 0) {
            query = query.filter(Filter.keyPrefix("/a"));
        }
        query = query.order(
                switch (random.nextInt(4)) {
                    case 0 -> Order.byKeyDescending();
                    case 1 -> Order.byValue();
                    case 2 -> Order.byValueDescending();
                    default -> Order.byKey();
                });
        if (random.nextInt(3) == 0) {
            query = query.offset(random.nextInt(6)).limit(random.nextInt(6));
        }
        return switch (random.nextInt(3)) {
            case 0 -> query.keysOnly();
            case 1 -> query.keysAndSizes();
            default -> query;
        };
    }
}
