package io.motrds.s3;

import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.ValueTooLargeException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws, after its last attempt, into the exception that a caller can act on. */
final class Failures {

    private static final String REGION_HEADER = "x-amz-bucket-region";

    /** The last one is Ceph's for a key, one of many to be deleted, that another request writes at the same time. */
    private static final Set<String> PASSING =
            Set.of("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "UnknownError");

    private final String store;
    private final Settings settings;

    Failures(Settings settings) {
        this.store = settings.storeName();
        this.settings = settings;
    }

    /**
     * The exception for a failure.
     *
     * @param what the operation and its key, as in {@code get /a}
     */
    DatastoreException translate(String what, Throwable failure) {
        Throwable cause = unwrap(failure);
        String where = store + ": " + what + ": ";
        Optional<Value.Damaged> damaged = find(cause, Value.Damaged.class);
        if (damaged.isPresent()) {
            return new CorruptDataException(where + damaged.get().getMessage() + told(cause), cause);
        }
        Optional<DatastoreException> already = find(cause, DatastoreException.class);
        if (already.isPresent()) {
            return already.get();
        }
        if (cause instanceof AwsServiceException answer) {
            return answered(where, answer);
        }
        if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
            return new DatastoreTimeoutException(
                    where + "no answer within " + settings.timeout().toMillis() + " ms (timeout)", cause);
        }
        if (cause instanceof CancellationException) {
            return new DatastoreUnavailableException(where + "cancelled", cause);
        }
        String message = String.valueOf(cause.getMessage());
        if (message.startsWith("Unable to load credentials")) {
            return new MisconfiguredException(
                    where
                            + "there are no credentials: give accessKey and secretKey, or what the AWS SDK's default chain "
                            + "looks for (environment, profile, web identity, instance)",
                    cause);
        }
        return unreachable(where, cause, message);
    }

    private DatastoreException unreachable(String where, Throwable cause, String message) {
        Optional<IOException> io = find(cause, IOException.class);
        boolean silent = io.map(Throwable::getMessage)
                .filter(text -> text.toLowerCase(Locale.ROOT).contains("timed out"))
                .isPresent();
        if (silent) {
            return new DatastoreTimeoutException(
                    where + "the server was silent for " + settings.idle().toMillis() + " ms (idleTimeout)"
                            + told(cause),
                    cause);
        }
        if (io.isPresent() || (cause instanceof SdkException sdk && sdk.retryable())) {
            return new DatastoreUnavailableException(
                    where + "the server cannot be reached: "
                            + io.map(Throwable::getMessage).orElse(message) + told(cause),
                    cause);
        }
        return new DatastoreException(where + message, cause);
    }

    /** The server answered with an error. A HEAD brings no error code, so its status must do. */
    private DatastoreException answered(String where, AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String message = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        int status = answer.statusCode();
        String said = "the server answered " + status + (code.isEmpty() ? "" : " " + code)
                + (message.isBlank() ? "" : " (" + message.strip() + ")");
        return of(where, code, status, said, region(details), answer);
    }

    /** The exception for an error code, which may also come from within an answer to many deletes. */
    DatastoreException of(String what, String code, String message) {
        return of(
                store + ": " + what + ": ", code, 200, "the server answered " + code + " (" + message + ")", "", null);
    }

    private DatastoreException of(
            String where, String code, int status, String said, String region, @Nullable Throwable cause) {
        switch (code) {
            case "NoSuchBucket", "InvalidBucketName" -> {
                return new MisconfiguredException(
                        where + "there is no bucket " + settings.bucket() + ": check bucket and regionEndpoint, or let "
                                + "createBucket=true create it; " + said,
                        cause);
            }
            case "PermanentRedirect",
                    "TemporaryRedirect",
                    "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException" -> {
                return wrongRegion(where, said, region, cause);
            }
            case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture" -> {
                return new DatastoreUnavailableException(
                        where + "this machine's clock and the server's differ too much: set the clock; " + said, cause);
            }
            case "KeyTooLongError" -> {
                return new InvalidKeyException(where + said, cause);
            }
            case "EntityTooLarge" -> {
                return new ValueTooLargeException(where + said, cause);
            }
            default -> {}
        }
        if (status == 301) {
            return wrongRegion(where, said, region, cause);
        }
        if (status == 401 || status == 403 || code.equals("AccessDenied") || code.equals("ExpiredToken")) {
            return new MisconfiguredException(
                    where
                            + "the credentials are refused or do not suffice: check accessKey, secretKey and what they may "
                            + "do (list, get, put and delete objects); " + said,
                    cause);
        }
        if ((status >= 500 && status != 501) || status == 429 || PASSING.contains(code)) {
            return new DatastoreUnavailableException(where + said + told(cause), cause);
        }
        return new DatastoreException(where + said, cause);
    }

    private MisconfiguredException wrongRegion(String where, String said, String region, @Nullable Throwable cause) {
        String configured =
                settings.region().map(name -> " is not in region " + name).orElse(" is in another region");
        String right = region.isEmpty() ? "set region to the bucket's" : "set region to " + region;
        return new MisconfiguredException(
                where + "bucket " + settings.bucket() + configured + ": " + right + "; " + said, cause);
    }

    private static String region(@Nullable AwsErrorDetails details) {
        if (details == null || details.sdkHttpResponse() == null) {
            return "";
        }
        return details.sdkHttpResponse().firstMatchingHeader(REGION_HEADER).orElse("");
    }

    private static String told(@Nullable Throwable cause) {
        int attempts = attempts(cause);
        return attempts == 0 ? "" : " (attempts: " + attempts + ")";
    }

    /** How often the SDK sent a request; 0 when that is not known. */
    static int attempts(@Nullable Throwable cause) {
        Integer attempts = cause instanceof SdkException sdk ? sdk.numAttempts() : null;
        return attempts == null ? 0 : attempts;
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return Optional.of(type.cast(at));
            }
        }
        return Optional.empty();
    }
}
