package io.motrds.s3;

import io.motrds.api.MisconfiguredException;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Builds the SDK's client with the settings that AWS, Ceph RGW and S3Proxy all understand. */
final class Clients {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration FIRST_THROTTLED_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

    private Clients() {}

    /**
     * A client.
     *
     * @param loops what its connections run on, to be ended by whoever made them: ending its own would make every close wait
     *     for two seconds
     */
    static S3AsyncClient create(Settings settings, AwsCredentialsProvider credentials, EventLoopGroup loops) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .credentialsProvider(credentials)
                .httpClientBuilder(http(settings, loops))
                .overrideConfiguration(config -> config.apiCallTimeout(settings.timeout())
                        .retryStrategy(retries(settings))
                        .addExecutionInterceptor(new ReadableListings()))
                // the checksums that AWS added lately are refused by Ceph up to version 16 at least
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .addPlugin(LegacyMd5Plugin.create())
                // a signed stream of chunks is refused by Ceph for empty bodies; a value is in memory, so it is signed
                // whole
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        .expectContinueEnabled(false)
                        .build());
        settings.endpoint().ifPresent(server -> builder.endpointOverride(server).forcePathStyle(true));
        settings.region().map(Region::of).ifPresent(builder::region);
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new MisconfiguredException(
                    settings.storeName() + ": no client can be made, is a region given? " + e.getMessage(), e);
        }
    }

    private static NettyNioAsyncHttpClient.Builder http(Settings settings, EventLoopGroup loops) {
        Duration connect = settings.idle().compareTo(LONGEST_CONNECT) < 0 ? settings.idle() : LONGEST_CONNECT;
        return NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(SdkEventLoopGroup.create(loops))
                .maxConcurrency(settings.workers())
                .maxPendingConnectionAcquires(settings.workers())
                .connectionAcquisitionTimeout(settings.timeout())
                .connectionTimeout(connect)
                .tlsNegotiationTimeout(connect)
                .readTimeout(settings.idle())
                .writeTimeout(settings.idle())
                .tcpKeepAlive(true);
    }

    /** Without the SDK's circuit breaker: the number of attempts is what the configuration says. */
    private static StandardRetryStrategy retries(Settings settings) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(settings.attempts())
                .circuitBreakerEnabled(false)
                .backoffStrategy(BackoffStrategy.exponentialDelay(FIRST_BACKOFF, LONGEST_BACKOFF))
                .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(FIRST_THROTTLED_BACKOFF, LONGEST_BACKOFF))
                .build();
    }

    /** Explicit keys, else an explicit endpoint for credentials, else the SDK's default chain, asked at first use. */
    static AwsCredentialsProvider credentials(Settings settings) {
        if (settings.keys().isPresent()) {
            Settings.AccessKeys keys = settings.keys().get();
            String accessKey = keys.accessKey().reveal();
            String secretKey = keys.secretKey().reveal();
            return StaticCredentialsProvider.create(
                    keys.sessionToken().isPresent()
                            ? AwsSessionCredentials.create(
                                    accessKey,
                                    secretKey,
                                    keys.sessionToken().get().reveal())
                            : AwsBasicCredentials.create(accessKey, secretKey));
        }
        if (settings.credentialsEndpoint().isPresent()) {
            return new EndpointCredentials(settings.credentialsEndpoint().get());
        }
        return DefaultCredentialsProvider.builder().build();
    }
}
