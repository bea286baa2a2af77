package io.motrds.s3;

import io.motrds.api.Limits;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.Secret;
import io.motrds.api.spi.StoreConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of type {@code s3ds}, checked. The first nine are go-ds-s3's, where an empty text means that a
 * parameter is not given, as kubo configurations have it.
 *
 * @param keys access key, secret key and session token that were given, if they were
 * @param endpoint the server; empty for AWS itself
 * @param region the region; empty to let the SDK find it
 * @param credentialsEndpoint where to fetch credentials, if given
 * @param idle how long a connection may stay silent before an attempt is given up
 * @param timeout how long an operation may take with all its attempts
 */
record Settings(
        String bucket,
        ObjectNames names,
        Optional<URI> endpoint,
        Optional<String> region,
        Optional<AccessKeys> keys,
        Optional<URI> credentialsEndpoint,
        int workers,
        long inFlightBytes,
        int prefetch,
        Duration timeout,
        Duration idle,
        int attempts,
        int maxValueBytes,
        boolean createBucket) {

    static final Parameter<String> BUCKET = Parameter.text("bucket", "the bucket that holds the objects");
    static final Parameter<String> REGION = Parameter.text(
                    "region", "the bucket's region; us-east-1 when only regionEndpoint is given")
            .optional();
    static final Parameter<String> REGION_ENDPOINT = Parameter.text(
                    "regionEndpoint", "address of an S3 server other than AWS, as in http://host:8000")
            .optional();
    static final Parameter<String> ROOT_DIRECTORY = Parameter.text(
                    "rootDirectory", "what the name of every object starts with, so that stores share a bucket")
            .optional();
    static final Parameter<Secret> ACCESS_KEY = Parameter.secret(
                    "accessKey", "access key; without one: credentialsEndpoint, then the SDK's default chain")
            .optional();
    static final Parameter<Secret> SECRET_KEY =
            Parameter.secret("secretKey", "the access key's secret").optional();
    static final Parameter<Secret> SESSION_TOKEN = Parameter.secret(
                    "sessionToken", "belongs to keys that are valid for a session")
            .optional();
    static final Parameter<String> CREDENTIALS_ENDPOINT = Parameter.text(
                    "credentialsEndpoint", "address that hands out temporary credentials")
            .optional();
    static final Parameter<Integer> WORKERS = Parameter.integer("workers", "requests in flight at most", 1, 10_000)
            .byDefault("100");

    static final Parameter<Long> IN_FLIGHT_BYTES = Parameter.bytes(
                    "inFlightBytes", "bytes of values being written at most")
            .byDefault("64MiB");
    static final Parameter<Integer> PREFETCH = Parameter.integer("prefetch", "values that a query reads ahead", 1, 1000)
            .byDefault("16");
    static final Parameter<Duration> TIMEOUT = Parameter.duration(
                    "timeout", "how long one operation may take, all its attempts together")
            .byDefault("1m");
    static final Parameter<Duration> IDLE_TIMEOUT = Parameter.duration(
                    "idleTimeout", "how long the server may be silent before an attempt is given up")
            .byDefault("15s");
    static final Parameter<Integer> ATTEMPTS = Parameter.integer(
                    "attempts",
                    "how often a request that failed for a passing reason is sent, the first time included",
                    1,
                    20)
            .byDefault("4");
    static final Parameter<Long> MAX_VALUE = Parameter.bytes(
                    "maxValue", "the largest value that is written, 3MiB to 1GiB")
            .byDefault("16MiB");
    static final Parameter<Boolean> CREATE_BUCKET = Parameter.flag(
                    "createBucket", "whether to create the bucket when it is missing")
            .byDefault("false");

    static final List<Parameter<?>> PARAMETERS = List.of(
            BUCKET,
            REGION,
            REGION_ENDPOINT,
            ROOT_DIRECTORY,
            ACCESS_KEY,
            SECRET_KEY,
            SESSION_TOKEN,
            WORKERS,
            CREDENTIALS_ENDPOINT,
            IN_FLIGHT_BYTES,
            PREFETCH,
            TIMEOUT,
            IDLE_TIMEOUT,
            ATTEMPTS,
            MAX_VALUE,
            CREATE_BUCKET);

    private static final long LARGEST_VALUE = 1L << 30;

    /** Keys that were given in the configuration. Never shown. */
    record AccessKeys(Secret accessKey, Secret secretKey, Optional<Secret> sessionToken) {}

    static Settings from(StoreConfig config) {
        Optional<URI> endpoint =
                given(config, REGION_ENDPOINT).map(text -> address(config, REGION_ENDPOINT, text, "https://"));
        Optional<String> region = given(config, REGION).or(() -> endpoint.map(server -> "us-east-1"));
        return new Settings(
                given(config, BUCKET).orElseThrow(() -> config.error(BUCKET, "must not be empty")),
                names(config),
                endpoint,
                region,
                keys(config),
                given(config, CREDENTIALS_ENDPOINT).map(text -> address(config, CREDENTIALS_ENDPOINT, text, "http://")),
                config.get(WORKERS),
                positive(config, IN_FLIGHT_BYTES),
                config.get(PREFETCH),
                positiveTime(config, TIMEOUT),
                positiveTime(config, IDLE_TIMEOUT),
                config.get(ATTEMPTS),
                maxValue(config),
                config.get(CREATE_BUCKET));
    }

    /** What the store takes. */
    Limits limits() {
        return new Limits(names.maxKeyBytes(), maxValueBytes);
    }

    /** The store's name, for messages. */
    String storeName() {
        return "s3ds " + bucket + (names.root().isEmpty() ? "" : "/" + names.root())
                + endpoint.map(server -> " at " + server).orElse("");
    }

    private static Optional<String> given(StoreConfig config, Parameter<String> parameter) {
        return config.find(parameter).filter(text -> !text.isEmpty());
    }

    private static Optional<Secret> givenSecret(StoreConfig config, Parameter<Secret> parameter) {
        return config.find(parameter).filter(secret -> !secret.reveal().isEmpty());
    }

    private static ObjectNames names(StoreConfig config) {
        ObjectNames names = new ObjectNames(config.find(ROOT_DIRECTORY).orElse(""));
        if (names.maxKeyBytes() < Limits.MIN_KEY_BYTES) {
            throw config.error(
                    ROOT_DIRECTORY,
                    "is too long: an object's name has at most " + ObjectNames.MAX_BYTES + " bytes, and "
                            + Limits.MIN_KEY_BYTES + " of them belong to the key");
        }
        return names;
    }

    private static Optional<AccessKeys> keys(StoreConfig config) {
        Optional<Secret> accessKey = givenSecret(config, ACCESS_KEY);
        Optional<Secret> secretKey = givenSecret(config, SECRET_KEY);
        Optional<Secret> sessionToken = givenSecret(config, SESSION_TOKEN);
        if (accessKey.isPresent() != secretKey.isPresent()) {
            Parameter<Secret> missing = accessKey.isPresent() ? SECRET_KEY : ACCESS_KEY;
            throw config.error(missing, "is missing: accessKey and secretKey go together");
        }
        if (sessionToken.isPresent() && accessKey.isEmpty()) {
            throw config.error(SESSION_TOKEN, "needs accessKey and secretKey");
        }
        return accessKey.map(key -> new AccessKeys(key, secretKey.orElseThrow(), sessionToken));
    }

    private static URI address(StoreConfig config, Parameter<String> parameter, String text, String scheme) {
        MisconfiguredException refused =
                config.error(parameter, "must be an address such as http://host:8000, without user, password or query");
        try {
            URI uri = new URI(text.contains("://") ? text : scheme + text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getUserInfo() == null && uri.getFragment() == null;
            boolean queried = uri.getQuery() != null && parameter == REGION_ENDPOINT;
            if (!http || !plain || queried || uri.getHost() == null) {
                throw refused;
            }
            return uri;
        } catch (URISyntaxException e) {
            throw refused; // without the cause, which quotes the text: a mistyped one may hold a password
        }
    }

    private static long positive(StoreConfig config, Parameter<Long> parameter) {
        long bytes = config.get(parameter);
        if (bytes < 1) {
            throw config.error(parameter, "must be at least 1");
        }
        return bytes;
    }

    private static Duration positiveTime(StoreConfig config, Parameter<Duration> parameter) {
        Duration time = config.get(parameter);
        if (time.isZero()) {
            throw config.error(parameter, "must be longer than 0");
        }
        return time;
    }

    private static int maxValue(StoreConfig config) {
        long bytes = config.get(MAX_VALUE);
        if (bytes < Limits.MIN_VALUE_BYTES || bytes > LARGEST_VALUE) {
            throw config.error(MAX_VALUE, "must be from 3MiB to 1GiB");
        }
        return (int) bytes;
    }
}
