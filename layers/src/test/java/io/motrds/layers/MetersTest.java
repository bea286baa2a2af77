package io.motrds.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTest {

    private static final byte[] VALUE = {1, 2, 3};
    private static final Key A = Key.of("/a");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FaultyStore child = new FaultyStore();
    private final ObservedDatastore store =
            new ObservedDatastore("measure", child, new Meters(registry, "flatfs.datastore"));

    private Timer latency(String operation) {
        return registry.get("flatfs.datastore." + operation + ".latency").timer();
    }

    private double errors(String operation) {
        return registry.get("flatfs.datastore." + operation + ".errors")
                .counter()
                .count();
    }

    private double bytes(String operation) {
        return registry.get("flatfs.datastore." + operation + ".size").summary().totalAmount();
    }

    @Test
    void everyOperationIsTimed() {
        store.put(A, VALUE);
        store.get(A);
        store.get(Key.of("/b"));
        store.getAll(List.of(A));
        store.has(A);
        store.size(A);
        store.sync(Key.ROOT);
        try (Batch batch = store.batch()) {
            batch.put(A, VALUE);
            batch.delete(Key.of("/b"));
            batch.commit();
        }
        store.delete(A);
        for (String operation : List.of(
                "put", "getall", "has", "getsize", "sync", "batchput", "batchdelete", "batchcommit", "delete")) {
            assertEquals(1, latency(operation).count(), operation);
            assertEquals(0, errors(operation), operation);
        }
        assertEquals(2, latency("get").count());
        assertEquals(0, errors("get"), "absence is no error");
        assertTrue(latency("get").totalTime(TimeUnit.NANOSECONDS) > 0);
    }

    @Test
    void sizesAreThoseOfTheValues() {
        store.put(A, VALUE);
        store.get(A);
        store.get(Key.of("/b"));
        store.query(Query.all()).toList();
        assertEquals(3, bytes("put"));
        assertEquals(3, bytes("get"));
        assertEquals(1, registry.get("flatfs.datastore.get.size").summary().count(), "an absent key has no size");
        assertEquals(3, bytes("query"));
        assertEquals(
                "bytes",
                registry.get("flatfs.datastore.get.size").meter().getId().getBaseUnit());
    }

    @Test
    void errorsAreCountedAndTimed() {
        child.failing(Operation.GET, FaultyStore.unavailable("gone"));
        child.failing(Operation.BATCH_COMMIT, FaultyStore.unavailable("gone"));
        assertThrows(DatastoreUnavailableException.class, () -> store.get(A));
        assertThrows(DatastoreUnavailableException.class, store.batch()::commit);
        assertEquals(1, errors("get"));
        assertEquals(1, latency("get").count());
        assertEquals(1, errors("batchcommit"));
    }

    @Test
    void aQueryIsMeasuredUntilItIsClosed() {
        child.put(A, VALUE);
        child.put(Key.of("/b"), VALUE);
        QueryResults results = store.query(Query.all());
        results.next();
        assertEquals(0, latency("query").count());
        results.close();
        results.close();
        assertEquals(1, latency("query").count());
        assertEquals(1, registry.get("flatfs.datastore.query.keys").summary().totalAmount());
        child.failingAfter(1, Operation.QUERY, FaultyStore.unavailable("midway"));
        assertThrows(
                DatastoreUnavailableException.class,
                () -> store.query(Query.all()).toList());
        assertEquals(1, errors("query"));
        assertEquals(2, latency("query").count());
    }

    @Test
    void callsOfFeaturesAreTimed() {
        child.with(DiskUsage.class, () -> 42);
        assertEquals(42, store.feature(DiskUsage.class).orElseThrow().diskUsageBytes());
        assertEquals(1, latency("du").count());
    }

    @Test
    void bucketsAreThoseOfGoDsMeasure() {
        store.put(A, VALUE);
        List<Double> seconds = Arrays.stream(latency("put").takeSnapshot().histogramCounts())
                .map(bucket -> bucket.bucket(TimeUnit.SECONDS))
                .toList();
        assertEquals(List.of(1e-4, 1e-3, 1e-2, 1e-1, 1.0), seconds);
        List<Double> sizes = Arrays.stream(registry.get("flatfs.datastore.put.size")
                        .summary()
                        .takeSnapshot()
                        .histogramCounts())
                .map(bucket -> bucket.bucket())
                .toList();
        assertEquals(List.of(64.0, 4096.0, 262144.0, 16777216.0), sizes);
    }

    @Test
    void aConfiguredStoreIsMeasuredInTheGlobalRegistry() {
        SimpleMeterRegistry published = new SimpleMeterRegistry();
        Metrics.addRegistry(published);
        Map<String, String> parameters = Map.of("type", "measure", "prefix", "test.global", "child.type", "mem");
        try (Datastore measured = Datastores.open(parameters)) {
            assertEquals("measure(test.global: mem)", measured.name());
            measured.put(A, VALUE);
        }
        try (Datastore again = Datastores.open(parameters)) {
            again.put(A, VALUE);
        }
        assertEquals(2, published.get("test.global.put.latency").timer().count(), "a store opened again counts on");
        Metrics.removeRegistry(published);
    }

    @Test
    void anEmptyPrefixIsRefused() {
        MisconfiguredException e = assertThrows(
                MisconfiguredException.class,
                () -> Datastores.open(Map.of("type", "measure", "prefix", "", "child.type", "mem")));
        assertTrue(e.getMessage().contains("allowed is a name such as flatfs.datastore"), e.getMessage());
    }
}
