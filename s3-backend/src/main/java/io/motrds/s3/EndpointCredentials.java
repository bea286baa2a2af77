package io.motrds.s3;

import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Fetches temporary credentials from an address, as go-ds-s3's {@code credentialsEndpoint}: a JSON object with
 * AccessKeyId, SecretAccessKey, Token and Expiration. They are kept until two minutes before they expire. Thread-safe.
 */
final class EndpointCredentials implements AwsCredentialsProvider {

    private static final Duration EARLY = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final URI endpoint;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private @Nullable AwsSessionCredentials current; // guarded by this

    EndpointCredentials(URI endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        AwsSessionCredentials known = current;
        if (known == null || isStale(known)) {
            known = fetch();
            current = known;
        }
        return known;
    }

    private static boolean isStale(AwsSessionCredentials credentials) {
        return credentials
                .expirationTime()
                .map(end -> !Instant.now().isBefore(end.minus(EARLY)))
                .orElse(false);
    }

    private AwsSessionCredentials fetch() {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DatastoreUnavailableException("credentialsEndpoint " + endpoint + " cannot be reached: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatastoreUnavailableException("interrupted while fetching credentials", e);
        }
        if (response.statusCode() != 200) {
            throw new MisconfiguredException("credentialsEndpoint " + endpoint + " answered " + response.statusCode());
        }
        return parse(response.body());
    }

    private AwsSessionCredentials parse(String json) {
        try {
            JsonNode node = JsonNode.parser().parse(json);
            return AwsSessionCredentials.builder()
                    .accessKeyId(field(node, "AccessKeyId").orElseThrow())
                    .secretAccessKey(field(node, "SecretAccessKey").orElseThrow())
                    .sessionToken(field(node, "Token").orElse(""))
                    .expirationTime(
                            field(node, "Expiration").map(Instant::parse).orElse(null))
                    .build();
        } catch (DateTimeParseException
                | IllegalStateException
                | java.util.NoSuchElementException
                | java.io.UncheckedIOException e) {
            // without the cause: it may quote what was received
            throw new MisconfiguredException("credentialsEndpoint " + endpoint
                    + " gave no JSON object with AccessKeyId, SecretAccessKey, Token and Expiration");
        }
    }

    private static Optional<String> field(JsonNode node, String name) {
        return node.field(name).filter(JsonNode::isString).map(JsonNode::asString);
    }
}
