package io.motrds.motr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.motr.FakeMotr.Fault;
import io.motrds.motr.FakeMotr.Version;
import io.motrds.motr.Request.IndexRecord;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** go-ds-motr's format, its limits on the Motr of today, and the way out of it. */
class GoDsMotrFormatTest {
    private static final Fid OLD = new Fid(0x7800000000000001L, 1);
    private static final Fid NEW = new Fid(0x7800000000000001L, 2);
    private static final Key KEY = Key.of("/blocks/CIQA");
    private static final byte[] RECORD_KEY = RecordName.toRecordKey(KEY.toUtf8());
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final byte[] EVERYTHING = {};
    private static final long TIMEOUT_NANOS = 2_000_000_000L;

    @TempDir
    Path home;

    private FakeMotr motr = new FakeMotr(1);

    private GoDsMotrDatastore open(int recordBytes, boolean syncWrites) {
        motr.index(OLD).create(0);
        return new GoDsMotrDatastore(
                "motrds " + OLD,
                motr.index(OLD),
                records(OLD, recordBytes),
                GoDsMotrDatastore.openDirectory(home.resolve("keys"), true, false),
                syncWrites,
                4 << 20,
                null);
    }

    private RawRecords records(Fid fid, int recordBytes) {
        Pipeline.Route route =
                new Pipeline.Route(motr.index(fid), new Window(8, 16 << 20), TIMEOUT_NANOS, "motrds " + fid, null);
        return new RawRecords(route, new Sizing(recordBytes, 120_000, 245_760, 32));
    }

    private MotrDatastore openNew() {
        motr.index(NEW).create(0);
        return new MotrDatastore(
                "motrds " + NEW,
                motr.index(NEW),
                new MotrDatastore.Settings(8, 4 << 20, 2_000_000_000L, 3_600_000, 3_600_000_000_000L, 300_000));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aNewRecordIsNotRefusedForAnEarlierAttemptThatLanded() {
        RawRecords records = records(OLD, 16_384);
        motr.index(OLD).create(0);
        motr.plan(Fault.UNREACHABLE, request -> {
            motr.tamper(OLD, RECORD_KEY, VALUE); // it lands nevertheless
            return true;
        });
        assertEquals(0, records.create(IndexRecord.of(RECORD_KEY, VALUE)));
        assertEquals(Errno.EEXIST, records.create(IndexRecord.of(RECORD_KEY, VALUE)));
        motr.plan(Fault.UNREACHABLE, request -> true);
        assertEquals(Errno.EEXIST, records.create(IndexRecord.of(RECORD_KEY, bytes(5))));
        assertArrayEquals(VALUE, motr.value(OLD, RECORD_KEY));
    }

    @Test
    void aRecordIsNamedAsTheGoPluginNamesIt() {
        assertEquals(
                "666f6f6c62272e07bb014262b821756295c58d",
                HexFormat.of().formatHex(RecordName.toRecordKey("foo".getBytes(UTF_8))));
        assertArrayEquals("foo".getBytes(UTF_8), RecordName.ofRecordKey(RecordName.toRecordKey("foo".getBytes(UTF_8))));
        assertNull(RecordName.ofRecordKey("foo".getBytes(UTF_8)));
        assertEquals(
                "0x666f6f6c62272e07:0xbb014262b8217562",
                RecordName.toOid("foo".getBytes(UTF_8)).toString());
    }

    @Test
    void aValueIsOneRecordAndItsKeyIsListedAsTheGoPluginListsIt() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            store.put(KEY, VALUE);
            assertArrayEquals(VALUE, motr.value(OLD, RECORD_KEY));
            assertEquals(1, motr.count(OLD, EVERYTHING));
        }
        try (Datastore keys = GoDsMotrDatastore.openDirectory(home.resolve("keys"), false, false)) {
            assertArrayEquals(new byte[] {1}, keys.get(KEY).orElseThrow());
        }
        try (GoDsMotrDatastore store = open(16_384, true)) {
            assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
            store.delete(KEY);
            assertEquals(0, motr.count(OLD, EVERYTHING));
        }
    }

    @Test
    void whatTodaysMotrWouldNotSurviveIsRefusedWithTheLimit() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            int limit = store.limits().maxValueBytes();
            assertEquals(16_384 - 16 - 1_024, limit);
            store.put(KEY, bytes(limit));
            store.put(Key.of("/" + "k".repeat(1_023)), bytes(limit));
            ValueTooLargeException refused =
                    assertThrows(ValueTooLargeException.class, () -> store.put(KEY, bytes(limit + 1)));
            assertTrue(refused.getMessage().contains(Integer.toString(limit)), refused.getMessage());
            assertArrayEquals(bytes(limit), store.get(KEY).orElseThrow());
        }
    }

    @Test
    void manyLargestRecordsAreDeletedAndReadWithinWhatAServerSurvives() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            byte[] large = bytes(store.limits().maxValueBytes());
            List<Key> keys = java.util.stream.IntStream.range(0, 60)
                    .mapToObj(i -> Key.of("/k/" + i))
                    .toList();
            try (Batch batch = store.batch()) {
                keys.forEach(key -> batch.put(key, large));
                batch.commit();
            }
            assertEquals(60, store.getAll(keys).size());
            try (Batch batch = store.batch()) {
                keys.forEach(batch::delete);
                batch.commit();
            }
            assertEquals(0, motr.count(OLD, EVERYTHING));
        }
    }

    @Test
    void aDeletionThatWouldEndTheServerIsRefused() {
        motr = new FakeMotr(1, new Version(Integer.MAX_VALUE, Integer.MAX_VALUE, 261_700));
        try (GoDsMotrDatastore store = open(1 << 20, true)) {
            store.put(KEY, bytes(262_158));
            RefusedInputException refused = assertThrows(RefusedInputException.class, () -> store.delete(KEY));
            assertTrue(refused.getMessage().contains("245760"), refused.getMessage());
            assertTrue(store.has(KEY));
        }
    }

    @Test
    void aRecordThatIsListedAndMissingIsDamageAndSaysWhatToDo() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            store.put(KEY, VALUE);
            motr.tamper(OLD, RECORD_KEY, null);
            CorruptDataException damage = assertThrows(CorruptDataException.class, () -> store.get(KEY));
            assertTrue(damage.getMessage().contains("reindex"), damage.getMessage());
            assertThrows(
                    CorruptDataException.class,
                    () -> store.feature(ConsistencyCheck.class).orElseThrow().check());
            store.delete(KEY);
            assertFalse(store.has(KEY));
        }
    }

    @Test
    void aWriteWithoutAnAnswerIsNotListedAndABatchNamesIt() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            motr.plan(Fault.TIMED_OUT_LANDED, request -> request instanceof Request.Put);
            assertThrows(DatastoreTimeoutException.class, () -> store.put(KEY, VALUE));
            assertFalse(store.has(KEY));
            motr.plan(Fault.TIMED_OUT_LOST, request -> request instanceof Request.Put);
            Batch batch = store.batch();
            batch.put(KEY, VALUE);
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertEquals(Set.of(KEY), failure.unknownKeys());
            store.put(KEY, VALUE);
            assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        }
    }

    @Test
    void aBatchOnAClusterThatIsGoneEndsWithinItsTimeoutAndNamesEveryKey() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            motr.plan(Fault.GONE, request -> request instanceof Request.Put);
            Batch batch = store.batch();
            for (int i = 0; i < 1_000; i++) {
                batch.put(Key.of("/gone/" + i), VALUE);
            }
            long begun = System.nanoTime();
            BatchException failure = assertThrows(BatchException.class, batch::commit);
            assertTrue(System.nanoTime() - begun < 3 * TIMEOUT_NANOS);
            assertEquals(
                    1_000, failure.failedKeys().size() + failure.unknownKeys().size());
            motr.crash();
        }
    }

    @Test
    void withoutSyncWritesASyncMakesEverythingPersistent() {
        try (GoDsMotrDatastore store = open(16_384, false)) {
            store.put(KEY, VALUE);
            store.sync(Key.ROOT);
            store.put(Key.of("/lost"), VALUE);
            motr.crash();
            assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
            assertThrows(CorruptDataException.class, () -> store.get(Key.of("/lost")));
        }
    }

    @Test
    void aFolderOfKeysBelongsToOneStore() {
        try (GoDsMotrDatastore store = open(16_384, true)) {
            assertThrows(DatastoreUnavailableException.class, () -> open(16_384, true));
            store.put(KEY, VALUE);
        }
    }

    @Test
    void neitherFormatIsTakenForTheOther() {
        try (GoDsMotrDatastore old = open(16_384, true);
                MotrDatastore fresh = openNew()) {
            old.put(KEY, VALUE);
            fresh.put(KEY, VALUE);
            assertTrue(Marker.isThere(records(NEW, 16_384).route()));
            assertFalse(Marker.isThere(records(OLD, 16_384).route()));
            MisconfiguredException refused = assertThrows(
                    MisconfiguredException.class,
                    () -> new MotrDatastore(
                            "motrds " + OLD,
                            motr.index(OLD),
                            new MotrDatastore.Settings(8, 4 << 20, 2_000_000_000L, 3_600_000, 0, 300_000)));
            assertTrue(refused.getMessage().contains("format=go-ds-motr"), refused.getMessage());
            assertEquals(1, motr.count(OLD, EVERYTHING));
        }
    }

    @Test
    void parametersThatContradictTheFormatAreRefused() {
        Map<String, String> base = Map.of("type", "motrds", "client", "fake", "index", OLD.toString());
        refused(base, Map.of("format", "go-ds-motr", "createIndex", "true"), "leveldbPath");
        refused(base, Map.of("recordBytes", "16KiB", "createIndex", "true"), "recordBytes");
        Map<String, String> path =
                Map.of("format", "go-ds-motr", "leveldbPath", home.resolve("x").toString());
        Map<String, String> small = new java.util.HashMap<>(path);
        small.put("recordBytes", "1KiB");
        refused(base, small, "recordBytes");
        refused(base, path, "createIndex");
    }

    private static void refused(Map<String, String> base, Map<String, String> more, String named) {
        Map<String, String> all = new java.util.HashMap<>(base);
        all.putAll(more);
        MisconfiguredException refused = assertThrows(MisconfiguredException.class, () -> Datastores.open(all));
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    private final AtomicInteger problems = new AtomicInteger();

    private final Migration.Listener listener = new Migration.Listener() {
        @Override
        public void at(Migration.Counts counts) {}

        @Override
        public void problem(String message) {
            problems.incrementAndGet();
        }
    };

    private Migration.Counts migrate(MotrDatastore target, Migration.Mode... modes) {
        try (Datastore keys = GoDsMotrDatastore.openDirectory(home.resolve("keys"), false, false)) {
            return new Migration(records(OLD, 16_384), keys, target, Set.of(modes)).run(listener);
        }
    }

    private void fill(int count) {
        try (GoDsMotrDatastore store = open(16_384, true);
                Batch batch = store.batch()) {
            for (int i = 0; i < count; i++) {
                batch.put(Key.of("/m/" + i), bytes(i * 30));
            }
            batch.commit();
        }
    }

    @Test
    void aMigrationCopiesEverythingAndASecondOneNothing() {
        fill(400);
        try (MotrDatastore target = openNew()) {
            assertEquals(400, migrate(null, Migration.Mode.DRY_RUN).copied);
            assertEquals(400, migrate(target, Migration.Mode.DRY_RUN).copied);
            assertFalse(target.has(Key.of("/m/1")));
            Migration.Counts first = migrate(target);
            assertEquals(400, first.copied);
            assertEquals(400L * 399 / 2 * 30, first.bytes);
            for (int i = 0; i < 400; i += 37) {
                assertArrayEquals(bytes(i * 30), target.get(Key.of("/m/" + i)).orElseThrow());
            }
            Migration.Counts second = migrate(target, Migration.Mode.COMPARE);
            assertEquals(0, second.copied);
            assertEquals(400, second.present);
            assertEquals(0, second.different);
        }
    }

    @Test
    void aMigrationThatWasInterruptedGoesOnAndLeavesNewerValuesAlone() {
        fill(400);
        try (MotrDatastore target = openNew()) {
            AtomicInteger commits = new AtomicInteger();
            motr.plan(
                    Fault.TIMED_OUT_LOST,
                    request -> request instanceof Request.Put put
                            && put.records().get(0).key()[0] == Layout.SHORT_KEYS
                            && commits.incrementAndGet() > 4);
            assertThrows(BatchException.class, () -> migrate(target));
            target.put(Key.of("/m/399"), VALUE);
            Migration.Counts rest = migrate(target, Migration.Mode.COMPARE);
            assertTrue(rest.copied > 0 && rest.copied < 399, rest::toString);
            assertEquals(400, rest.copied + rest.present);
            assertEquals(1, rest.different);
            assertEquals(1, problems.get());
            assertArrayEquals(VALUE, target.get(Key.of("/m/399")).orElseThrow());
        }
    }

    @Test
    void aMigrationCountsKeysWhoseRecordsAreMissing() {
        fill(20);
        motr.tamper(OLD, RecordName.toRecordKey("/m/7".getBytes(UTF_8)), null);
        try (MotrDatastore target = openNew()) {
            Migration.Counts counts = migrate(target);
            assertEquals(1, counts.missing);
            assertEquals(19, counts.copied);
        }
    }

    @Test
    void theListOfKeysIsMadeAnewFromTheIndex() {
        fill(100);
        motr.tamper(OLD, "another program's".getBytes(UTF_8), VALUE);
        motr.tamper(OLD, RecordName.toRecordKey("foo".getBytes(UTF_8)), VALUE); // of the plugin's command
        try (Datastore fresh = GoDsMotrDatastore.openDirectory(home.resolve("fresh"), true, false)) {
            assertArrayEquals(new long[] {100, 2}, Migration.list(records(OLD, 16_384), fresh, count -> {}));
            for (int i = 0; i < 100; i++) {
                assertTrue(fresh.has(Key.of("/m/" + i)));
            }
        }
    }
}
