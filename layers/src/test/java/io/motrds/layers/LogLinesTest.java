package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.api.Batch;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogLinesTest {

    private static final byte[] VALUE = "a value".getBytes(StandardCharsets.UTF_8);
    private static final Key A = Key.of("/a");

    private final FaultyStore child = new FaultyStore();
    private final CapturingLogger logger = new CapturingLogger(Level.DEBUG);
    private final ObservedDatastore store = new ObservedDatastore("log", child, new LogLines(logger, Level.DEBUG));

    /** The lines without the times. */
    private List<String> lines() {
        List<String> lines = logger.lines().stream()
                .map(line -> line.replaceFirst(" ms=\\d+\\.\\d{3} ", " "))
                .toList();
        logger.lines().clear();
        return lines;
    }

    @Test
    void eachOperationIsOneLineWithItsOutcome() {
        store.put(A, VALUE);
        store.get(A);
        store.get(Key.of("/b"));
        store.has(A);
        store.has(Key.of("/b"));
        store.size(A);
        store.getAll(List.of(A, Key.of("/b")));
        store.delete(A);
        store.sync(Key.ROOT);
        assertEquals(
                List.of(
                        "DEBUG put key=\"/a\" bytes=7 outcome=ok",
                        "DEBUG get key=\"/a\" bytes=7 outcome=ok",
                        "DEBUG get key=\"/b\" outcome=absent",
                        "DEBUG has key=\"/a\" outcome=ok",
                        "DEBUG has key=\"/b\" outcome=absent",
                        "DEBUG getsize key=\"/a\" bytes=7 outcome=ok",
                        "DEBUG getall keys=1 bytes=7 outcome=ok",
                        "DEBUG delete key=\"/a\" outcome=ok",
                        "DEBUG sync key=\"/\" outcome=ok"),
                lines());
    }

    @Test
    void aBatchIsALineForEachWriteAndOneForTheCommit() {
        try (Batch batch = store.batch()) {
            batch.put(A, VALUE);
            batch.delete(Key.of("/b"));
            batch.commit();
        }
        assertEquals(
                List.of(
                        "DEBUG batchput key=\"/a\" bytes=7 outcome=ok",
                        "DEBUG batchdelete key=\"/b\" outcome=ok",
                        "DEBUG batchcommit keys=2 bytes=7 outcome=ok"),
                lines());
    }

    @Test
    void aQueryIsOneLineWhenItIsClosed() {
        child.put(A, VALUE);
        child.put(Key.of("/b"), VALUE);
        QueryResults results = store.query(Query.all());
        results.next();
        assertEquals(List.of(), lines());
        results.close();
        results.close();
        assertEquals(List.of("DEBUG query key=\"/\" keys=1 bytes=7 outcome=ok"), lines());
    }

    @Test
    void aFailureIsTheOutcome() {
        child.failing(Operation.GET, FaultyStore.unavailable("no\nroute"));
        child.failing(Operation.QUERY, FaultyStore.unavailable("at the start"));
        child.failingAfter(1, Operation.QUERY, FaultyStore.unavailable("midway"));
        child.put(A, VALUE);
        assertThrows(DatastoreUnavailableException.class, () -> store.get(A));
        assertThrows(DatastoreUnavailableException.class, () -> store.query(Query.all()));
        assertThrows(
                DatastoreUnavailableException.class,
                () -> store.query(Query.all()).toList());
        assertEquals(
                List.of(
                        "DEBUG get key=\"/a\" outcome=failed error=\"DatastoreUnavailableException: no\\u000aroute\"",
                        "DEBUG query key=\"/\" outcome=failed error=\"DatastoreUnavailableException: at the start\"",
                        "DEBUG query key=\"/\" outcome=failed error=\"DatastoreUnavailableException: midway\""),
                lines());
    }

    @Test
    void valuesAreNeverWritten() {
        store.put(A, VALUE);
        store.get(A);
        store.getAll(List.of(A));
        store.query(Query.all()).toList();
        for (String line : lines()) {
            assertFalse(line.contains("value"), line);
        }
    }

    @Test
    void aKeyCannotForgeALine() {
        store.has(Key.of("/a\nDEBUG get \"\u202e\u2028"));
        assertEquals(List.of("DEBUG has key=\"/a\\u000aDEBUG get \\\"\\u202e\\u2028\" outcome=absent"), lines());
    }

    @Test
    void callsOfFeaturesAreLogged() {
        child.with(DiskUsage.class, () -> 42);
        assertEquals(42, store.feature(DiskUsage.class).orElseThrow().diskUsageBytes());
        assertEquals(List.of("DEBUG du outcome=ok"), lines());
    }

    @Test
    void nothingIsDoneBelowTheLevel() {
        CapturingLogger quiet = new CapturingLogger(Level.INFO);
        ObservedDatastore unlogged = new ObservedDatastore("log", child, new LogLines(quiet, Level.DEBUG));
        unlogged.put(A, VALUE);
        unlogged.query(Query.all()).toList();
        assertEquals(List.of(), quiet.lines());
    }
}
