package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What this store promises on every server: the layout of go-ds-s3 without its faults, and every legal key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3ContractTest {

    private S3Server server;
    private S3Client client;

    /** Where to run; aborts when there is no such server here. */
    abstract S3Server server();

    @BeforeAll
    void connect() {
        server = server();
        client = server.client();
    }

    @AfterAll
    void disconnect() {
        if (client != null) {
            client.close();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private List<String> objects(String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private static List<String> keys(Datastore store, Query query) {
        return store.query(query).toList().stream()
                .map(entry -> entry.key().toString())
                .toList();
    }

    private static void fill(Datastore store, Iterable<Key> keys) {
        try (Batch batch = store.batch()) {
            keys.forEach(key -> batch.put(key, bytes("value of " + key)));
            batch.commit();
        }
    }

    @Test
    void objectsAreNamedAsGoDsS3NamesThem() {
        String bucket = S3Server.freshBucket();
        try (Datastore plain = server.open(bucket);
                Datastore below = server.open(bucket, "rootDirectory", "/some//root/")) {
            plain.put(Key.of("/blocks/CIQA"), bytes("1"));
            below.put(Key.of("/blocks/CIQA"), bytes("2"));
        }
        assertEquals(List.of("blocks/CIQA", "some/root/blocks/CIQA"), objects(bucket));
    }

    @Test
    void objectsOfGoDsS3AreRead() {
        String bucket = S3Server.freshBucket();
        try (Datastore store = server.open(bucket, "rootDirectory", "root")) {
            client.putObject(r -> r.bucket(bucket).key("root/blocks/A"), RequestBody.fromString("a"));
            client.putObject(r -> r.bucket(bucket).key("root2/blocks/B"), RequestBody.fromString("b"));
            client.putObject(r -> r.bucket(bucket).key("blocks/C"), RequestBody.fromString("c"));

            assertArrayEquals(bytes("a"), store.get(Key.of("/blocks/A")).orElseThrow());
            assertEquals(
                    List.of(Entry.of(Key.of("/blocks/A"), bytes("a"))),
                    store.query(Query.all()).toList());
        }
    }

    @Test
    void deletesOfABatchStayBelowTheRootDirectory() {
        String bucket = S3Server.freshBucket();
        try (Datastore store = server.open(bucket, "rootDirectory", "root");
                Datastore outside = server.open(bucket)) {
            outside.put(Key.of("/a"), bytes("not ours"));
            store.put(Key.of("/a"), bytes("ours"));
            try (Batch batch = store.batch()) {
                batch.delete(Key.of("/a"));
                batch.commit();
            }
            assertTrue(store.get(Key.of("/a")).isEmpty());
            assertTrue(outside.has(Key.of("/a")));
        }
        assertEquals(List.of("a"), objects(bucket));
    }

    @Test
    void aBatchDeletesMoreThanOneRequestHolds() {
        String bucket = S3Server.freshBucket();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 2_001; i++) {
            keys.add(Key.of("/d/" + i));
        }
        try (Datastore store = server.open(bucket)) {
            fill(store, keys);
            store.put(Key.of("/stays"), bytes("x"));
            try (Batch batch = store.batch()) {
                keys.forEach(batch::delete);
                batch.commit();
            }
            assertEquals(List.of("/stays"), keys(store, Query.all()));
        }
    }

    @Test
    void listingsOfManyPagesShowEveryKeyOnceInOrder() {
        TreeSet<Key> expected = new TreeSet<>();
        for (int i = 0; i < 2_300; i++) {
            expected.add(Key.of("/p/" + (i % 7) + "/" + i)); // a delimiter would hide these
        }
        List<String> all = expected.stream().map(Key::toString).toList();
        try (Datastore store = server.open(S3Server.freshBucket(), "rootDirectory", "r")) {
            fill(store, expected);
            store.put(Key.of("/other"), bytes("x"));

            Query query = Query.under(Key.of("/p"));
            assertEquals(all, keys(store, query.keysOnly().order(Order.byKey())));
            assertEquals(
                    all.subList(1_500, 1_600),
                    keys(store, query.order(Order.byKey()).offset(1_500).limit(100)));
            List<Entry> values = store.query(query).toList();
            assertEquals(all, values.stream().map(e -> e.key().toString()).toList());
            values.forEach(e -> assertArrayEquals(bytes("value of " + e.key()), e.requireValue()));
        }
    }

    @Test
    void filtersAndOrdersAreAnswered() {
        try (Datastore store = server.open(S3Server.freshBucket(), "rootDirectory", "r")) {
            fill(store, List.of(Key.of("/a"), Key.of("/a/b"), Key.of("/a/c"), Key.of("/ab"), Key.of("/b")));
            assertEquals(List.of("/a/b", "/a/c"), keys(store, Query.under(Key.of("/a"))));
            assertEquals(
                    List.of("/a", "/a/b", "/a/c", "/ab"),
                    keys(store, Query.all().filter(Filter.keyPrefix("/a"))));
            assertEquals(
                    List.of("/b", "/ab"),
                    keys(
                            store,
                            Query.all()
                                    .filter(Filter.key(Comparison.GREATER, "/a/c"))
                                    .order(Order.byKeyDescending())));
            assertEquals(
                    List.of("/a/c", "/ab", "/b"),
                    keys(store, Query.all().filter(Filter.key(Comparison.GREATER_OR_EQUAL, "/a/c"))));
            assertEquals(List.of("/a", "/a/b"), keys(store, Query.all().filter(Filter.key(Comparison.LESS, "/a/c"))));
            assertEquals(
                    List.of("/b"),
                    keys(store, Query.all().filter(Filter.value(Comparison.EQUAL, bytes("value of /b")))));
        }
    }

    /** Keys that a URL, XML, a path or a server could stumble over. */
    private static List<Key> difficultKeys() {
        List<String> texts = new ArrayList<>(List.of(
                "/",
                "/p",
                "/p/q",
                "/p/q/r",
                "/plus+plus",
                "/with space",
                "/ lead",
                "/trail ",
                "/100%",
                "/%2F",
                "/a%20b",
                "/q?x=1&y=2",
                "/#hash",
                "/semi;colon",
                "/a=b",
                "/at@",
                "/~tilde",
                "/-dash",
                "/!bang",
                "/_under",
                "/__",
                "/.hidden",
                "/..x",
                "/...",
                "/back\\slash",
                "/quo\"te",
                "/apo'strophe",
                "/<xml>&amp;",
                "/[b]{c}|^`",
                "/colon:name",
                "/*",
                "/,",
                "/\u0001",
                "/tab\tx",
                "/new\nline",
                "/cr\rx",
                "/\u007f",
                "/\u0085",
                "/\u00a0",
                "/\u00e9",
                "/e\u0301",
                "/\u65e5\u672c\u8a9e",
                "/\ufb01",
                "/\ufffd",
                "/\uffff",
                "/\ud83d\ude00",
                "/\udbff\udfff",
                "/soap",
                "/a/./b",
                "/CIQJ7IHPGOFUJT5UMXIW6CUDSNH6AVKMEOXI3UM3VLYJRZUISUMGCXQ"));
        texts.add("/" + "k".repeat(899));
        texts.add("/" + "s/".repeat(449) + "e");
        texts.add("/" + "\u65e5".repeat(299));
        return texts.stream().map(Key::of).toList();
    }

    @Test
    void everyLegalKeyIsPutReadListedAndDeleted() {
        List<Key> keys = new ArrayList<>(difficultKeys());
        for (String root : List.of("", "100% with space+/\u00e9")) {
            try (Datastore store = server.open(S3Server.freshBucket(), "rootDirectory", root)) {
                for (Key key : keys) {
                    store.put(key, bytes("value of " + key));
                    assertEquals(OptionalLong.of(bytes("value of " + key).length), store.size(key), key::toString);
                    assertArrayEquals(bytes("value of " + key), store.get(key).orElseThrow(), () -> "value of " + key);
                }
                List<String> sorted = keys.stream().sorted().map(Key::toString).toList();
                assertEquals(sorted, keys(store, Query.all().keysOnly().order(Order.byKey())));
                assertEquals(sorted, keys(store, Query.all().order(Order.byKey())));
                assertEquals(keys.size(), store.getAll(keys).size());

                List<Key> first = keys.subList(0, keys.size() / 2);
                try (Batch batch = store.batch()) {
                    first.forEach(batch::delete);
                    batch.commit();
                }
                assertTrue(Collections.disjoint(first, store.getAll(keys).keySet()));
                keys.forEach(store::delete);
                assertEquals(List.of(), keys(store, Query.all()));

                fill(store, keys);
                assertEquals(sorted, keys(store, Query.all().keysOnly().order(Order.byKey())));
                try (Batch batch = store.batch()) {
                    keys.forEach(batch::delete);
                    batch.commit();
                }
                assertEquals(List.of(), keys(store, Query.all()));
            }
        }
    }

    @Test
    void everyKeyIsARangesBound() {
        List<Key> keys = difficultKeys();
        List<Key> sorted = keys.stream().sorted().toList();
        try (Datastore store = server.open(S3Server.freshBucket(), "rootDirectory", "r")) {
            fill(store, keys);
            for (int i = 0; i < sorted.size(); i++) {
                Query query = Query.all().keysOnly().order(Order.byKey());
                String bound = sorted.get(i).toString();
                List<String> from = sorted.stream().map(Key::toString).toList();
                assertEquals(
                        from.subList(i, from.size()),
                        keys(store, query.filter(Filter.key(Comparison.GREATER_OR_EQUAL, bound))));
                assertEquals(
                        from.subList(i + 1, from.size()),
                        keys(store, query.filter(Filter.key(Comparison.GREATER, bound))));
                assertEquals(from.subList(0, i), keys(store, query.filter(Filter.key(Comparison.LESS, bound))));
            }
        }
    }

    @Test
    void everyKeyIsThePrefixAndTheEndOfAPage() {
        List<Key> keys = difficultKeys();
        List<Key> all = new ArrayList<>(keys);
        keys.stream().filter(key -> key.length() < 890).forEach(key -> all.add(key.child("child")));
        List<String> sorted =
                all.stream().sorted().map(Key::toString).distinct().toList();
        try (Datastore store = server.open(S3Server.freshBucket(), "rootDirectory", "100%+ 2")) {
            fill(store, all);
            Query query = Query.all().keysOnly().order(Order.byKey());
            for (int i = 0; i <= sorted.size(); i++) {
                assertEquals(sorted.subList(0, i), keys(store, query.limit(i)));
            }
            for (Key key : keys) {
                String prefix = key.toString();
                assertEquals(
                        sorted.stream().filter(text -> text.startsWith(prefix)).toList(),
                        keys(store, query.filter(Filter.keyPrefix(prefix))));
                assertEquals(
                        all.stream()
                                .distinct()
                                .filter(other -> key.isRoot() || key.isAncestorOf(other))
                                .sorted()
                                .map(Key::toString)
                                .toList(),
                        keys(store, Query.under(key).order(Order.byKey())));
            }
        }
    }

    @Test
    void aListingGoesOnAfterANameThatXmlCannotSay() {
        List<Key> keys = new ArrayList<>();
        for (int i = 1_000; i < 2_005; i++) {
            keys.add(Key.of("/\u0001%" + i + "\uffff"));
        }
        try (Datastore store = server.open(S3Server.freshBucket())) {
            fill(store, keys);
            assertEquals(
                    keys.stream().map(Key::toString).toList(),
                    keys(store, Query.all().keysOnly().order(Order.byKey())));
        }
    }

    @Test
    void theLongestKeyFillsAnObjectsName() {
        String bucket = S3Server.freshBucket();
        String root = "r".repeat(100);
        try (Datastore store = server.open(bucket, "rootDirectory", root)) {
            Key longest = Key.of("/" + "k".repeat(store.limits().maxKeyBytes() - 1));
            store.put(longest, bytes("x"));
            assertTrue(store.has(longest));
            assertEquals(List.of(longest.toString()), keys(store, Query.all()));
            assertEquals(1024, objects(bucket).get(0).length());
        }
    }

    @Test
    void theLargestValueAndAnEmptyOneComeBack() {
        try (Datastore store = server.open(S3Server.freshBucket())) {
            byte[] largest = new byte[store.limits().maxValueBytes()];
            for (int i = 0; i < largest.length; i++) {
                largest[i] = (byte) (i * 31 + i / 251);
            }
            store.put(Key.of("/largest"), largest);
            store.put(Key.of("/empty"), new byte[0]);
            assertTrue(Arrays.equals(largest, store.get(Key.of("/largest")).orElseThrow()));
            assertEquals(0, store.get(Key.of("/empty")).orElseThrow().length);
            assertEquals(OptionalLong.of(largest.length), store.size(Key.of("/largest")));
        }
    }

    @Test
    void objectsThatAreNoKeysArePassedOver() {
        String bucket = S3Server.freshBucket();
        try (Datastore store = server.open(bucket, "rootDirectory", "r")) {
            for (String foreign : List.of("r/", "r/folder/", "r/a//b", "elsewhere")) {
                client.putObject(r -> r.bucket(bucket).key(foreign), RequestBody.fromString("x"));
            }
            store.put(Key.of("/a"), bytes("1"));
            assertEquals(List.of("/a"), keys(store, Query.all()));
        }
    }
}
