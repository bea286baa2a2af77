package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many keys are worked on side by side, as many as was said and no more, with as few requests as S3 allows. */
class WidthTest {

    private static final List<Key> KEYS = IntStream.range(0, 12)
            .mapToObj(i -> Key.of("/k/" + (char) ('a' + i)))
            .toList();

    private final String bucket = S3Server.freshBucket();
    private FaultyServer network;

    @BeforeEach
    void start() throws IOException {
        network = new FaultyServer(S3Server.s3Proxy().endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
    }

    private Datastore open(String... parameters) {
        String[] all = Arrays.copyOf(parameters, parameters.length + 2);
        all[parameters.length] = "attempts"; // nothing is sent twice
        all[parameters.length + 1] = "1";
        return S3Server.s3Proxy().at(network.endpoint()).open(bucket, all);
    }

    private static void putAll(Datastore store, List<Key> keys, int size) {
        try (Batch batch = store.batch()) {
            keys.forEach(key -> batch.put(key, new byte[size]));
            batch.commit();
        }
    }

    private List<String> requests(String part) {
        return network.requests().stream().filter(line -> line.contains(part)).toList();
    }

    @Test
    void aBatchWritesAsManyValuesAtOnceAsThereAreWorkers() {
        try (Datastore store = open("workers", "4")) {
            network.always(FaultyServer.together(4));
            putAll(store, KEYS, 10);
            assertEquals(4, network.mostAtOnce());
            assertEquals(KEYS.size(), network.requests().size());
        }
    }

    @Test
    void aBatchWritesAsManyBytesAtOnceAsAreAllowed() {
        try (Datastore store = open("inFlightBytes", "64KiB")) {
            network.always(FaultyServer.together(4));
            putAll(store, KEYS, 16 << 10);
            assertEquals(4, network.mostAtOnce());
            assertEquals(KEYS.size(), network.requests().size());
        }
    }

    @Test
    void getAllReadsAsManyValuesAtOnceAsThereAreWorkers() {
        try (Datastore store = open("workers", "5")) {
            putAll(store, KEYS, 10);
            network.always(FaultyServer.together(5));
            Map<Key, byte[]> found = store.getAll(KEYS);
            assertEquals(KEYS, List.copyOf(found.keySet()));
            assertEquals(5, network.mostAtOnce());
            assertEquals(KEYS.size(), network.requests().size());
        }
    }

    @Test
    void aQueryReadsAsManyValuesAheadAsItMay() {
        try (Datastore store = open("prefetch", "3")) {
            putAll(store, KEYS, 10);
            FaultyServer.Fault together = FaultyServer.together(3);
            network.plan((line, number) -> line.contains("/k/") ? together : null);
            List<Key> keys = store.query(Query.all().order(Order.byKey())).toList().stream()
                    .peek(entry -> assertArrayEquals(new byte[10], entry.requireValue()))
                    .map(entry -> entry.key())
                    .toList();
            assertEquals(KEYS, keys);
            assertEquals(3, network.mostAtOnce());
            assertEquals(KEYS.size(), requests("GET /" + bucket + "/k/").size());
        }
    }

    @Test
    void aBatchDeletesAThousandKeysARequest() {
        List<Key> many =
                IntStream.range(0, 2_500).mapToObj(i -> Key.of("/d/" + i)).toList();
        try (Datastore store = open()) {
            putAll(S3Server.s3Proxy().open(bucket), List.of(many.get(0), many.get(2_499)), 10);
            network.always(FaultyServer.together(3));
            try (Batch batch = store.batch()) {
                many.forEach(batch::delete);
                batch.commit();
            }
            assertEquals(3, network.requests().size(), () -> "requests: " + network.requests());
            assertTrue(store.getAll(List.of(many.get(0), many.get(2_499))).isEmpty());
        }
    }

    @Test
    void aListingAsksForAPageOnceItIsNeededAndForNothingElse() {
        List<Key> many =
                IntStream.range(0, 2_500).mapToObj(i -> Key.of("/p/" + i)).toList();
        try (Datastore direct = S3Server.s3Proxy().open(bucket);
                Datastore store = open()) {
            putAll(direct, many, 1);
            network.always(FaultyServer.NONE);
            assertEquals(
                    2_500,
                    store.query(Query.under(Key.of("/p")).keysAndSizes())
                            .toList()
                            .size());
            assertEquals(3, network.requests().size(), () -> "requests: " + network.requests());
            assertEquals(2, requests("start-after=p%2F").size());
            assertEquals(0, requests("delimiter").size());

            network.always(FaultyServer.NONE);
            try (QueryResults some = store.query(Query.under(Key.of("/p")).keysAndSizes())) {
                for (int i = 0; i < 50; i++) {
                    some.next();
                }
            }
            assertEquals(
                    1, network.requests().size(), () -> "what is not read is not asked for: " + network.requests());

            network.always(FaultyServer.NONE);
            Query fromNine = Query.under(Key.of("/p"))
                    .filter(Filter.key(Comparison.GREATER, "/p/9"))
                    .keysOnly();
            assertEquals(110, store.query(fromNine).toList().size());
            assertEquals(1, network.requests().size(), () -> "requests: " + network.requests());
            assertEquals(1, requests("start-after=p%2F9").size());
        }
    }
}
