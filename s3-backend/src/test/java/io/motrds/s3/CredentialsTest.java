package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials come from where they were said to be, and are asked for when they are needed. */
class CredentialsTest {

    private final S3Server server = S3Server.s3Proxy();
    private final Map<String, Optional<String>> properties = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer http;

    @TempDir
    private Path folder;

    @BeforeEach
    void nothingIsSet() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
        // whatever this machine has must not answer for what a test sets
        set("aws.sharedCredentialsFile", folder.resolve("none").toString());
        set("aws.configFile", folder.resolve("none").toString());
        set("aws.disableEc2Metadata", "true");
    }

    @AfterEach
    void restore() {
        http.stop(0);
        properties.forEach((name, before) ->
                before.ifPresentOrElse(value -> System.setProperty(name, value), () -> System.clearProperty(name)));
    }

    private void set(String property, String value) {
        properties.putIfAbsent(property, Optional.ofNullable(System.getProperty(property)));
        System.setProperty(property, value);
    }

    /** Answers requests for a path; what was asked is kept. */
    private String answer(String path, Function<String, String> body) {
        http.createContext(path, exchange -> {
            String question = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            asked.add(question);
            byte[] bytes = body.apply(question).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        return "http://127.0.0.1:" + http.getAddress().getPort() + path;
    }

    private String json(Instant expiration) {
        return "{\"Code\": \"Success\", \"Type\": \"AWS-HMAC\", \"AccessKeyId\": \"" + server.accessKey()
                + "\", \"SecretAccessKey\": \"" + server.secretKey() + "\", \"Token\": \"session\", \"Expiration\": \""
                + expiration + "\"}";
    }

    private static Map<String, String> withoutKeys(S3Server server) {
        Map<String, String> parameters = server.store("credentials");
        parameters.remove("accessKey");
        parameters.remove("secretKey");
        return parameters;
    }

    private void useTheStore(Map<String, String> parameters) {
        try (Datastore store = Datastores.open(parameters)) {
            store.put(Key.of("/k"), new byte[] {1});
            assertTrue(store.has(Key.of("/k")));
        }
    }

    @Test
    void explicitKeysWinOverEverythingElse() {
        set("aws.accessKeyId", "another");
        set("aws.secretAccessKey", "wrong");
        useTheStore(server.store("credentials"));
    }

    @Test
    void noCredentialsAtAllIsAConfigurationError() {
        DatastoreException failure =
                assertThrows(MisconfiguredException.class, () -> Datastores.open(withoutKeys(server)));
        assertTrue(failure.getMessage().contains("give accessKey and secretKey"), failure::getMessage);
    }

    @Test
    void systemPropertiesAreASource() {
        set("aws.accessKeyId", server.accessKey());
        set("aws.secretAccessKey", server.secretKey());
        useTheStore(withoutKeys(server));
    }

    @Test
    void aProfileIsASource() throws IOException {
        Path file = folder.resolve("credentials");
        Files.writeString(
                file,
                "[mine]\naws_access_key_id = " + server.accessKey() + "\naws_secret_access_key = "
                        + server.secretKey());
        set("aws.sharedCredentialsFile", file.toString());
        set("aws.profile", "mine");
        useTheStore(withoutKeys(server));
    }

    @Test
    void webIdentityIsASource() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "the-token-of-the-pod");
        String sts = answer(
                "/",
                question -> "<AssumeRoleWithWebIdentityResponse"
                        + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials>"
                        + "<AccessKeyId>" + server.accessKey() + "</AccessKeyId><SecretAccessKey>" + server.secretKey()
                        + "</SecretAccessKey><SessionToken>session</SessionToken><Expiration>"
                        + Instant.now().plusSeconds(3600)
                        + "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                        + "</AssumeRoleWithWebIdentityResponse>");
        set("aws.webIdentityTokenFile", token.toString());
        set("aws.roleArn", "arn:aws:iam::123456789012:role/test");
        set("aws.roleSessionName", "test");
        set("aws.endpointUrlSts", sts);
        set("aws.region", "us-east-1");
        useTheStore(withoutKeys(server));
        assertTrue(asked.get(0).contains("the-token-of-the-pod"), asked::toString);
    }

    @Test
    void anInstanceIsASource() {
        String base = answer(
                "/",
                question -> question.contains("/api/token")
                        ? "token"
                        : question.contains("/security-credentials/role")
                                ? json(Instant.now().plusSeconds(3600))
                                : "role");
        set("aws.disableEc2Metadata", "false");
        set("aws.ec2MetadataServiceEndpoint", base);
        useTheStore(withoutKeys(server));
    }

    @Test
    void theEnvironmentIsASource() throws Exception {
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                server.endpoint());
        child.environment().put("AWS_ACCESS_KEY_ID", server.accessKey());
        child.environment().put("AWS_SECRET_ACCESS_KEY", server.secretKey());
        child.redirectErrorStream(true);
        Process process = child.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    /** Uses a store in a process of its own. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            try (Datastore store = Datastores.open(withoutKeys(new S3Server(arguments[0], "", "")))) {
                store.put(Key.of("/child"), new byte[] {1});
            }
        }
    }

    @Test
    void aCredentialsEndpointIsAskedOnceWhileItsAnswerIsValid() {
        String endpoint = answer("/credentials", question -> json(Instant.now().plusSeconds(3600)));
        Map<String, String> parameters = withoutKeys(server);
        parameters.put("credentialsEndpoint", endpoint + "?role=x");
        useTheStore(parameters);
        assertEquals(List.of("GET /credentials?role=x "), asked);
    }

    @Test
    void credentialsThatAreAboutToExpireAreAskedForAgain() {
        String endpoint = answer("/credentials", question -> json(Instant.now().plusSeconds(60)));
        Map<String, String> parameters = withoutKeys(server);
        parameters.put("credentialsEndpoint", endpoint);
        useTheStore(parameters);
        assertTrue(asked.size() > 1, asked::toString);
    }

    @Test
    void aCredentialsEndpointThatTalksNonsenseIsAConfigurationError() {
        String endpoint = answer("/credentials", question -> "{\"AccessKeyId\": \"confidential\"}");
        Map<String, String> parameters = withoutKeys(server);
        parameters.put("credentialsEndpoint", endpoint);
        DatastoreException failure = assertThrows(MisconfiguredException.class, () -> Datastores.open(parameters));
        assertTrue(failure.getMessage().contains("SecretAccessKey"), failure::getMessage);
        assertTrue(!failure.getMessage().contains("confidential"), failure::getMessage);
    }
}
