package io.motrds.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys against what go-datastore itself made of the same texts; the file says how it was made. */
class KeyAgainstGoDatastoreTest {

    /** One line of the file. */
    private record Vector(String line, List<String> columns) {
        Key key() {
            return Key.of(columns.get(0));
        }

        Key other() {
            return Key.of(columns.get(1));
        }

        void same(int column, Object ours) {
            assertEquals(columns.get(column), ours.toString(), line);
        }
    }

    private static List<Vector> vectors = List.of();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(KeyAgainstGoDatastoreTest.class.getResourceAsStream("go-datastore-keys.tsv"))) {
            vectors = new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> new Vector(
                            line,
                            Stream.of(line.split("\t", -1))
                                    .map(text -> URLDecoder.decode(text, UTF_8))
                                    .toList()))
                    .toList();
        }
        assertTrue(vectors.size() > 800, "only " + vectors.size());
    }

    @Test
    void cleaningIsTheSame() {
        vectors.forEach(vector -> vector.same(2, vector.key()));
    }

    @Test
    void parentIsTheSame() {
        vectors.forEach(vector -> vector.same(3, vector.key().parent()));
    }

    @Test
    void nameTypeAndBaseNamespaceAreTheSame() {
        for (Vector vector : vectors) {
            vector.same(4, vector.key().name());
            vector.same(5, vector.key().type());
            vector.same(6, vector.key().baseNamespace());
        }
    }

    @Test
    void pathIsTheSame() {
        vectors.forEach(vector -> vector.same(7, vector.key().path()));
    }

    @Test
    void reverseIsTheSame() {
        vectors.forEach(vector -> vector.same(8, vector.key().reverse()));
    }

    @Test
    void namespacesAreTheSameAndMakeTheKeyAgain() {
        for (Vector vector : vectors) { // no part holds a comma; the root has one empty part there and none here
            vector.same(9, String.join(",", vector.key().namespaces()));
            assertEquals(vector.key(), Key.of(vector.key().namespaces()), vector.line());
        }
    }

    @Test
    void instanceIsTheSame() {
        vectors.forEach(
                vector -> vector.same(10, vector.key().instance(vector.columns().get(1))));
    }

    @Test
    void childIsTheSame() {
        for (Vector vector : vectors) {
            vector.same(11, vector.key().child(vector.columns().get(1)));
            vector.same(12, vector.key().child(vector.other()));
        }
    }

    @Test
    void ancestorIsTheSame() {
        for (Vector vector : vectors) {
            vector.same(13, vector.key().isAncestorOf(vector.other()));
            vector.same(13, vector.other().isDescendantOf(vector.key()));
        }
        assertTrue(
                vectors.stream().filter(v -> v.columns().get(13).equals("true")).count() > 50);
    }

    @Test
    void topLevelIsTheSameButForTheRoot() {
        for (Vector vector : vectors) {
            if (vector.key().isRoot()) { // go-datastore gives it one part, the empty one
                assertEquals("true", vector.columns().get(14));
            } else {
                vector.same(14, vector.key().isTopLevel());
            }
        }
    }

    @Test
    void orderIsThatOfGosStrings() {
        vectors.forEach(vector -> vector.same(15, Integer.signum(vector.key().compareTo(vector.other()))));
    }

    @Test
    void bytesMakeTheKeyAgain() {
        for (Vector vector : vectors) {
            Key again = Key.fromUtf8(vector.columns().get(2).getBytes(UTF_8));
            assertEquals(vector.key(), again, vector.line());
            vector.same(2, again);
        }
    }
}
