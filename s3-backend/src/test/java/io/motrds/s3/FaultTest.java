package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What networks and servers do ends in the right exception, after the right number of attempts. */
class FaultTest {

    private static final int ATTEMPTS = 3;
    private static final Key KEY = Key.of("/key");
    private static final byte[] VALUE = "a value of some length".getBytes(UTF_8);

    private final String bucket = S3Server.freshBucket();
    private FaultyServer network;
    private Datastore store;

    @BeforeEach
    void openThroughAFaultyNetwork() throws IOException {
        network = new FaultyServer(S3Server.s3Proxy().endpoint());
        store = open();
        store.put(KEY, VALUE);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        network.close();
    }

    private Datastore open(String... parameters) {
        String[] all = Arrays.copyOf(parameters, parameters.length + 2);
        all[parameters.length] = "attempts";
        all[parameters.length + 1] = "" + ATTEMPTS;
        return S3Server.s3Proxy().at(network.endpoint()).open(bucket, all);
    }

    /** Opens with a time so short that a busy machine may need several tries to open. */
    private Datastore openHasty(String parameter, String time) {
        for (int tries = 1; ; tries++) {
            try {
                return open(parameter, time);
            } catch (DatastoreTimeoutException | DatastoreUnavailableException e) {
                if (tries == 30) {
                    throw e;
                }
            }
        }
    }

    private <T extends DatastoreException> T failsWith(Class<T> type, Runnable operation) {
        return assertThrows(type, operation::run);
    }

    private void assertRequests(int expected) {
        assertEquals(expected, network.requests().size(), () -> "requests: " + network.requests());
    }

    @Test
    void aDroppedConnectionIsTriedAgain() {
        network.first(ATTEMPTS - 1, FaultyServer.DROP);
        assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        assertRequests(ATTEMPTS);
    }

    @Test
    void connectionsThatAreAlwaysDroppedMeanUnavailable() {
        network.always(FaultyServer.DROP);
        DatastoreException failure = failsWith(DatastoreUnavailableException.class, () -> store.get(KEY));
        assertRequests(ATTEMPTS);
        assertTrue(failure.isRetryable());
        assertTrue(failure.getMessage().contains("get /key"), failure::getMessage);
        assertTrue(failure.getMessage().contains(bucket), failure::getMessage);
        assertTrue(failure.getMessage().contains("attempts: " + ATTEMPTS), failure::getMessage);
    }

    @Test
    void everyOperationReportsAServerThatIsGone() {
        network.always(FaultyServer.DROP);
        failsWith(DatastoreUnavailableException.class, () -> store.put(KEY, VALUE));
        failsWith(DatastoreUnavailableException.class, () -> store.has(KEY));
        failsWith(DatastoreUnavailableException.class, () -> store.size(KEY));
        failsWith(DatastoreUnavailableException.class, () -> store.delete(KEY));
        failsWith(DatastoreUnavailableException.class, () -> store.getAll(List.of(KEY, Key.of("/other"))));
        failsWith(
                DatastoreUnavailableException.class,
                () -> store.query(Query.under(KEY)).toList());
    }

    @Test
    void aServerThatDoesNotListenIsUnavailable() throws IOException {
        try (Socket taken = new Socket()) { // bound, so that no one else listens on the port
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            S3Server nobody = S3Server.s3Proxy().at("http://127.0.0.1:" + taken.getLocalPort());
            failsWith(DatastoreUnavailableException.class, () -> nobody.open(bucket, "attempts", "2"));
            for (int i = 0; i < 100; i++) { // a new client now and then missed the refusal
                failsWith(DatastoreUnavailableException.class, () -> nobody.open(bucket, "attempts", "1"));
            }
        }
    }

    @Test
    void aBusyServerIsAskedAgain() {
        network.first(1, FaultyServer.error(503, "SlowDown"));
        store.put(KEY, VALUE);
        assertRequests(2);

        network.always(FaultyServer.error(503, "SlowDown"));
        DatastoreException failure = failsWith(DatastoreUnavailableException.class, () -> store.put(KEY, VALUE));
        assertRequests(ATTEMPTS);
        assertTrue(failure.getMessage().contains("503 SlowDown"), failure::getMessage);
    }

    @Test
    void anInternalErrorIsTriedAgain() {
        network.always(FaultyServer.error(500, "InternalError"));
        failsWith(DatastoreUnavailableException.class, () -> store.get(KEY));
        assertRequests(ATTEMPTS);
        network.always(FaultyServer.error(500, ""));
        failsWith(DatastoreUnavailableException.class, () -> store.has(KEY));
        assertRequests(ATTEMPTS);
    }

    @Test
    void aTruncatedBodyIsNeverAValue() {
        network.first(ATTEMPTS - 1, FaultyServer.truncate(5));
        assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        assertRequests(ATTEMPTS);

        network.always(FaultyServer.truncate(5));
        failsWith(DatastoreUnavailableException.class, () -> store.get(KEY));
        assertRequests(ATTEMPTS);
    }

    @Test
    void aDamagedBodyIsAskedForAgainAndThenCorrupt() {
        network.first(ATTEMPTS - 1, FaultyServer.flipBit());
        assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        assertRequests(ATTEMPTS);

        network.always(FaultyServer.flipBit());
        DatastoreException failure = failsWith(CorruptDataException.class, () -> store.get(KEY));
        assertRequests(ATTEMPTS);
        assertTrue(failure.getMessage().contains("CRC-32C"), failure::getMessage);
        assertFalse(failure.getMessage().contains("a value of"), failure::getMessage);

        network.always(FaultyServer.flipBit());
        failsWith(CorruptDataException.class, () -> store.getAll(List.of(KEY)));
        network.plan((line, number) -> line.contains("/key ") ? FaultyServer.flipBit() : null);
        failsWith(CorruptDataException.class, () -> store.query(Query.all()).toList());
    }

    @Test
    void whatWasStoredWithoutACrcIsVerifiedByItsMd5() {
        for (Map<String, String> metadata : List.of(Map.<String, String>of(), Map.of(Value.CRC, "no CRC at all"))) {
            try (S3Client client = S3Server.s3Proxy().client()) {
                client.putObject(
                        r -> r.bucket(bucket).key("key").metadata(metadata), RequestBody.fromString("by another"));
            }
            network.always(FaultyServer.NONE);
            assertArrayEquals("by another".getBytes(UTF_8), store.get(KEY).orElseThrow());

            network.always(FaultyServer.flipBit());
            DatastoreException failure = failsWith(CorruptDataException.class, () -> store.get(KEY));
            assertRequests(ATTEMPTS);
            assertTrue(failure.getMessage().contains("MD5"), failure::getMessage);
        }
    }

    @Test
    void aSilentServerEndsInATimeout() {
        try (Datastore hasty = openHasty("idleTimeout", "1s")) {
            network.always(network.silence());
            DatastoreException failure = failsWith(DatastoreTimeoutException.class, () -> hasty.get(KEY));
            assertRequests(ATTEMPTS);
            assertTrue(failure.getMessage().contains("idleTimeout"), failure::getMessage);
        }
    }

    @Test
    void aSlowServerEndsInATimeoutHoweverBusyItLooks() {
        try (Datastore hasty = openHasty("timeout", "700ms")) {
            network.always(FaultyServer.drip(50));
            DatastoreException failure = failsWith(DatastoreTimeoutException.class, () -> hasty.get(KEY));
            assertTrue(failure.getMessage().contains("700 ms (timeout)"), failure::getMessage);
            assertTrue(network.requests().size() <= 1, () -> "the time is that of all attempts: " + network.requests());
        }
    }

    @Test
    void aSlowAnswerWithinTheTimeIsAnAnswer() {
        network.always(FaultyServer.drip(1));
        assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        assertRequests(1);
    }

    @Test
    void aMissingBucketIsAConfigurationError() {
        network.always(FaultyServer.NONE);
        DatastoreException failure = failsWith(
                MisconfiguredException.class,
                () -> S3Server.s3Proxy().at(network.endpoint()).open("no-such-bucket", "createBucket", "false"));
        assertTrue(failure.getMessage().contains("createBucket=true"), failure::getMessage);
        assertRequests(1);
    }

    @Test
    void aBucketThatVanishesIsNotTakenForMissingKeys() throws InterruptedException {
        try (S3Client client = S3Server.s3Proxy().client()) {
            client.deleteObject(r -> r.bucket(bucket).key("key"));
            client.deleteBucket(r -> r.bucket(bucket));
        }
        failsWith(MisconfiguredException.class, () -> store.get(KEY));
        failsWith(MisconfiguredException.class, () -> store.put(KEY, VALUE));
        failsWith(
                MisconfiguredException.class,
                () -> store.query(Query.all().keysOnly()).toList());
    }

    @Test
    void aWrongRegionIsNamed() {
        network.always(FaultyServer.error(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1"));
        DatastoreException failure = failsWith(MisconfiguredException.class, () -> store.get(KEY));
        assertTrue(failure.getMessage().contains("set region to eu-west-1"), failure::getMessage);
        assertRequests(1);
        failsWith(MisconfiguredException.class, () -> store.has(KEY));

        network.always(FaultyServer.error(400, "AuthorizationHeaderMalformed"));
        failsWith(MisconfiguredException.class, () -> store.get(KEY));
        assertRequests(1);
    }

    @Test
    void refusedCredentialsAreAConfigurationErrorWithoutTheSecret() {
        network.always(FaultyServer.NONE);
        for (String parameter : List.of("accessKey", "secretKey")) {
            DatastoreException failure =
                    failsWith(MisconfiguredException.class, () -> open(parameter, "wrong-but-private"));
            assertFalse(failure.toString().contains("wrong-but-private"), failure::toString);
            assertTrue(failure.getMessage().contains("secretKey"), failure::getMessage);
        }
        assertRequests(2); // no second attempt: it would fail, too
        network.always(FaultyServer.error(403, ""));
        failsWith(MisconfiguredException.class, () -> store.has(KEY));
        assertRequests(1);
    }

    @Test
    void aWrongClockIsCorrectedOnceTheServerHasSaidItsTime() {
        String serverTime = "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().plusSeconds(3600).atOffset(ZoneOffset.UTC));
        network.first(1, FaultyServer.error(403, "RequestTimeTooSkewed", serverTime));
        // this server's clock is right, so it refuses what was signed an hour ahead, and says its own time
        assertArrayEquals(VALUE, store.get(KEY).orElseThrow());
        assertRequests(3);

        network.always(FaultyServer.error(403, "RequestTimeTooSkewed", serverTime));
        DatastoreException failure = failsWith(DatastoreUnavailableException.class, () -> store.get(KEY));
        assertTrue(failure.getMessage().contains("clock"), failure::getMessage);
        assertRequests(ATTEMPTS);
    }

    @Test
    void aBatchNamesKeysWhoseFateIsUnknown() {
        network.plan((line, number) -> line.contains("/lost") ? FaultyServer.loseAnswer() : null);
        BatchException failure = assertThrows(BatchException.class, () -> {
            try (Batch batch = store.batch()) {
                batch.put(Key.of("/kept"), VALUE);
                batch.put(Key.of("/lost"), VALUE);
                batch.commit();
            }
        });
        assertEquals(Set.of(Key.of("/lost")), failure.unknownKeys());
        assertEquals(Set.of(), failure.failedKeys());
        assertTrue(failure.isRetryable());
        assertTrue(store.has(Key.of("/kept")));
    }

    @Test
    void aKeyThatWasRefusedAfterALostAnswerMayHaveBeenWritten() {
        AtomicInteger attempts = new AtomicInteger();
        network.plan((line, number) -> !line.contains("/lost")
                ? null
                : attempts.getAndIncrement() == 0
                        ? FaultyServer.loseAnswer()
                        : FaultyServer.error(400, "InvalidRequest"));
        BatchException failure = assertThrows(BatchException.class, () -> {
            try (Batch batch = store.batch()) {
                batch.put(Key.of("/lost"), VALUE);
                batch.commit();
            }
        });
        assertRequests(2);
        assertEquals(Set.of(Key.of("/lost")), failure.unknownKeys());
        assertEquals(Set.of(), failure.failedKeys());
        network.always(FaultyServer.NONE);
        assertTrue(store.has(Key.of("/lost")));

        network.plan((line, number) ->
                line.startsWith("POST") ? notDeleted("InternalError") : FaultyServer.error(403, "AccessDenied"));
        failure = assertThrows(BatchException.class, this::deleteBoth);
        assertRequests(2);
        assertEquals(Set.of(KEY), failure.unknownKeys());
        assertEquals(Set.of(), failure.failedKeys());
    }

    @Test
    void aBatchNamesKeysThatFailed() {
        network.plan((line, number) -> line.contains("/refused") ? FaultyServer.error(400, "InvalidRequest") : null);
        BatchException failure = assertThrows(BatchException.class, () -> {
            try (Batch batch = store.batch()) {
                batch.put(Key.of("/kept"), VALUE);
                batch.put(Key.of("/refused"), VALUE);
                batch.commit();
            }
        });
        assertEquals(Set.of(Key.of("/refused")), failure.failedKeys());
        assertEquals(Set.of(), failure.unknownKeys());
        assertTrue(store.has(Key.of("/kept")));
    }

    @Test
    void aBatchDoesNotAskADeadServerForEveryKey() {
        List<Key> keys =
                IntStream.range(0, 500).mapToObj(i -> Key.of("/b/" + i)).toList();
        try (Datastore narrow = open("workers", "10")) {
            network.always(FaultyServer.error(400, "InvalidRequest"));
            BatchException failure = assertThrows(BatchException.class, () -> {
                try (Batch batch = narrow.batch()) {
                    keys.forEach(key -> batch.put(key, VALUE));
                    batch.commit();
                }
            });
            assertEquals(Set.copyOf(keys), failure.failedKeys());
            assertTrue(network.requests().size() < 100, () -> network.requests().size() + " requests");
        }
    }

    /** Answers deletes of many keys with an error for one of them, {@link #KEY}. */
    private static FaultyServer.Fault notDeleted(String code) {
        return notDeleted("key", code);
    }

    private static FaultyServer.Fault notDeleted(String name, String code) {
        String answer = "<?xml version=\"1.0\"?><DeleteResult><Error><Key>" + name + "</Key><Code>" + code
                + "</Code><Message>m</Message></Error></DeleteResult>";
        return exchange -> exchange.reply(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\nConnection: close\r\n\r\n" + answer)
                        .getBytes(UTF_8));
    }

    private void deleteBoth() {
        try (Batch batch = store.batch()) {
            batch.delete(KEY);
            batch.delete(Key.of("/other"));
            batch.commit();
        }
    }

    @Test
    void aKeyThatOneOfManyDeletesSparedForNowIsDeletedByItself() {
        network.plan((line, number) -> line.startsWith("POST") ? notDeleted("UnknownError") : null);
        deleteBoth();
        assertRequests(2);
        assertFalse(store.has(KEY));

        network.plan((line, number) ->
                line.startsWith("POST") ? notDeleted("SlowDown") : FaultyServer.error(503, "SlowDown"));
        BatchException failure = assertThrows(BatchException.class, this::deleteBoth);
        assertRequests(1 + ATTEMPTS);
        assertEquals(Set.of(KEY), failure.unknownKeys());
        assertEquals(Set.of(), failure.failedKeys());
    }

    @Test
    void whenAServerSpellsAKeyOtherwiseAllAreDeletedByThemselves() {
        network.plan((line, number) -> line.startsWith("POST") ? notDeleted("%6Bey", "InternalError") : null);
        deleteBoth();
        assertRequests(3);
        assertFalse(store.has(KEY));

        network.plan((line, number) -> line.startsWith("POST")
                ? notDeleted("%6Bey", "AccessDenied")
                : line.contains("other") ? null : FaultyServer.error(403, "AccessDenied"));
        BatchException failure = assertThrows(BatchException.class, this::deleteBoth);
        assertEquals(Set.of(KEY), failure.unknownKeys(), "the request for both may have deleted it");
    }

    @Test
    void keysThatTheServerDidNotDeleteAreNamed() {
        network.always(notDeleted("AccessDenied"));
        BatchException failure = assertThrows(BatchException.class, this::deleteBoth);
        assertRequests(1);
        assertEquals(Set.of(KEY), failure.failedKeys());
        assertEquals(Set.of(), failure.unknownKeys());
    }

    @Test
    void aQueryNeverJustEndsEarly() {
        try (Datastore direct = S3Server.s3Proxy().open(bucket);
                Batch batch = direct.batch()) {
            IntStream.range(0, 1_500).forEach(i -> batch.put(Key.of("/many/" + i), VALUE));
            batch.commit();
        }
        network.plan((line, number) -> line.contains("start-after") ? FaultyServer.DROP : null);
        try (QueryResults results = store.query(Query.under(Key.of("/many")).keysOnly())) {
            for (int i = 0; i < 1_000; i++) {
                results.next();
            }
            assertThrows(DatastoreUnavailableException.class, results::hasNext);
        }
    }

    @Test
    void aQueryIsLazy() {
        network.always(FaultyServer.NONE);
        try (QueryResults results = store.query(Query.all())) {
            assertRequests(0);
        }
        try (QueryResults results =
                store.query(Query.under(Key.of("/a")).keysOnly().limit(7))) {
            assertFalse(results.hasNext());
        }
        assertRequests(1);
        assertTrue(network.requests().get(0).contains("max-keys=7"), network.requests()::toString);
    }

    @Test
    void sizesNeverTransferAValue() {
        network.always(FaultyServer.NONE);
        store.size(KEY);
        store.has(KEY);
        store.query(Query.all().keysAndSizes()).toList();
        assertTrue(
                network.requests().stream().noneMatch(line -> line.startsWith("GET /" + bucket + "/key")),
                () -> "requests: " + network.requests());
    }
}
