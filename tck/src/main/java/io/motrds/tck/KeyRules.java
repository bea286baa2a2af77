package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules of keys: any UTF-8 text without NUL, by its bytes; {@code /} makes namespaces. */
interface KeyRules extends StoreRules {

    /** Keys that file systems, URLs, text formats and other orders than that of bytes stumble over. */
    static List<Key> oddKeys() {
        List<String> texts = new ArrayList<>(List.of(
                "/",
                "/a",
                "/a/b",
                "/ab",
                "/a/b/c",
                "/a-b",
                "/a.b",
                "/a b",
                "/a0",
                "/a!",
                "/A",
                "/B",
                "/aB",
                "/Comedy/MontyPython/Actor:JohnCleese",
                "/:",
                "/a:",
                "/:a",
                "/a:b:c",
                "/ ",
                "/ /a",
                "/a ",
                "/ a",
                "/\t",
                "/line\nbreak",
                "/carriage\rreturn",
                "/\u007f",
                "/...",
                "/.hidden",
                "/..a",
                "/a..",
                "/~",
                "/C:\\Windows",
                "/CON",
                "/aux.txt",
                "/trailing.",
                "/%2F",
                "/%00",
                "/%",
                "/+",
                "/a+b",
                "/?",
                "/a?b=c&d",
                "/#",
                "/*",
                "/$HOME",
                "/${env:HOME}",
                "/'",
                "/\"",
                "/`",
                "/<a>",
                "/{}",
                "/[0]",
                "/|",
                "/;",
                "/=",
                "/@",
                "/-",
                "/--",
                "/_",
                "/\\",
                "/é",
                "/e\u0301",
                "/ä",
                "/ß",
                "/ẞ",
                "/İ",
                "/ı",
                "/中文",
                "/日本語/キー",
                "/עברית",
                "/\u200f",
                "/\u00a0",
                "/\u0080",
                "/\u07ff",
                "/\u0800",
                "/\ud7ff",
                "/\ue000",
                "/\uffff",
                "/\ufeff",
                "/\ufffd",
                "/\u2028",
                "/\ud800\udc00",
                "/😀",
                "/😀/👩‍👩‍👧",
                "/\udbff\udfff",
                "/a\ud83d\ude00b"));
        IntStream.range(1, 0x20).forEach(control -> texts.add("/control" + (char) control + "character"));
        texts.add("/" + "k".repeat(899));
        texts.add("/" + "k".repeat(898));
        texts.add("/x" + "é".repeat(449));
        texts.add("/xyz" + "😀".repeat(224));
        texts.add("/n".repeat(450));
        texts.add("/n".repeat(449));
        return texts.stream().map(Key::of).distinct().toList();
    }

    @Test
    default void everyKeyComesBackAsItWasPut() {
        Datastore store = store();
        NavigableMap<Key, byte[]> expected = new TreeMap<>();
        for (Key key : oddKeys()) {
            store.put(key, key.toUtf8());
            expected.put(key, key.toUtf8());
        }
        expected.forEach((key, value) -> Expect.value(store, key, value, "any text without NUL can be a key"));
        Expect.contents(store, expected, "every key comes back as it was put");
    }

    @Test
    default void everyKeyCanBeBatchedAndDeleted() {
        Datastore store = store();
        try (Batch batch = store.batch()) {
            oddKeys().forEach(key -> batch.put(key, key.toUtf8()));
            batch.commit();
        }
        oddKeys().forEach(key -> Expect.value(store, key, key.toUtf8(), "a batch takes any key"));
        for (Key key : oddKeys()) {
            store.delete(key);
            Expect.absent(store, key, "any key can be deleted");
        }
        Expect.contents(store, Map.of(), "nothing is left when every key was deleted");
    }

    @Test
    default void keysAreOrderedByTheirBytes() {
        Datastore store = store();
        oddKeys().forEach(key -> store.put(key, new byte[0]));
        List<Key> ascending = oddKeys().stream().sorted().toList();
        assertEquals(
                ascending, keys(Query.all().order(Order.byKey())), "keys are ordered by their UTF-8 bytes, unsigned");
        assertEquals(
                ascending.stream().sorted(Comparator.reverseOrder()).toList(),
                keys(Query.all().order(Order.byKeyDescending()).keysOnly()),
                "descending key order is by UTF-8 bytes, too");
    }

    @Test
    default void charactersBeyondTheBasicPlaneComeLast() {
        Datastore store = store();
        Key basic = Key.of("/\uffff"); // EF BF BF; in UTF-16 behind the surrogates
        Key beyond = Key.of("/\ud800\udc00"); // F0 90 80 80; in UTF-16 before FFFF
        store.put(beyond, new byte[0]);
        store.put(basic, new byte[0]);
        assertEquals(
                List.of(basic, beyond),
                keys(Query.all().order(Order.byKey())),
                "key order is that of UTF-8 bytes, not that of UTF-16");
        assertEquals(
                List.of(beyond, basic),
                keys(Query.all().order(Order.byKeyDescending())),
                "descending key order is that of UTF-8 bytes, not that of UTF-16");
    }

    @Test
    default void aPrefixSelectsItsStrictChildrenAlone() {
        Datastore store = store();
        oddKeys().forEach(key -> store.put(key, key.toUtf8()));
        List<Key> prefixes = new ArrayList<>(oddKeys());
        prefixes.add(Key.of("/absent"));
        prefixes.add(Key.of("/Comedy/MontyPython"));
        for (Key prefix : prefixes) {
            List<Key> expected = oddKeys().stream()
                    .filter(key -> prefix.isRoot() || prefix.isAncestorOf(key))
                    .sorted()
                    .toList();
            assertEquals(
                    expected,
                    keys(Query.under(prefix).order(Order.byKey())),
                    () -> "a prefix selects its strict children alone: " + prefix);
        }
    }

    @Test
    default void aPrefixSelectsNeitherItselfNorItsNeighbours() {
        Datastore store = store();
        for (String key : List.of("/a", "/a/b", "/ab", "/a/b/c", "/a-", "/a0", "/A/b", "/b/a/b")) {
            store.put(Key.of(key), new byte[0]);
        }
        List<Key> selected = keys(Query.under(Key.of("/a")).order(Order.byKey()));
        assertEquals(List.of(Key.of("/a/b"), Key.of("/a/b/c")), selected, "prefix /a selects /a/b, neither /a nor /ab");
    }

    @Test
    default void theRootSelectsEverythingAndCanBeAKey() {
        Datastore store = store();
        store.put(Key.ROOT, Bytes.of("root"));
        store.put(Key.of("/a"), Bytes.of("a"));
        Expect.value(store, Key.ROOT, Bytes.of("root"), "/ can be a key");
        assertEquals(
                List.of(Key.ROOT, Key.of("/a")),
                keys(Query.under(Key.ROOT).order(Order.byKey())),
                "prefix / selects every key, / too");
        store.delete(Key.ROOT);
        assertEquals(List.of(Key.of("/a")), keys(Query.all()), "deleting / deletes no other key");
    }

    private List<Key> keys(Query query) {
        return store().query(query).toList().stream().map(Entry::key).toList();
    }
}
