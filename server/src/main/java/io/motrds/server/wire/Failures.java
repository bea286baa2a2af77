package io.motrds.server.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.motrds.api.BatchException;
import io.motrds.api.ConflictException;
import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreClosedException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.InvalidKeyException;
import io.motrds.api.RefusedInputException;
import io.motrds.api.ValueTooLargeException;
import io.motrds.server.protocol.Failure;
import io.motrds.server.protocol.Failure.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract's exceptions as gRPC statuses and back. Neither DEADLINE_EXCEEDED nor CANCELLED is ever made here: the Go
 * client of go-ds-grpc takes both for success.
 */
public final class Failures {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final int MAX_MESSAGE = 1_000; // characters; trailers have a limit of a few KiB

    private Failures() {}

    /** Whether it is one that {@link #encode} has words of its own for; any other is a defect. */
    public static boolean isExpected(Throwable thrown) {
        return thrown instanceof DatastoreException || thrown instanceof StatusRuntimeException;
    }

    /** The status of a failure. What nobody expected is INTERNAL and told by the log alone. */
    public static StatusRuntimeException encode(Throwable thrown, String requestId) {
        if (thrown instanceof StatusRuntimeException status) {
            return status;
        }
        if (thrown instanceof OutOfMemoryError) {
            // no LIMIT, which means that nothing was begun
            return status(Code.RESOURCE_EXHAUSTED, Kind.UNAVAILABLE, true, false, "the server is out of memory");
        }
        if (!(thrown instanceof DatastoreException failure)) {
            String message = "internal error; the server's log tells more, request " + requestId;
            return status(Code.INTERNAL, Kind.OTHER, false, false, message);
        }
        boolean batch = failure instanceof BatchException;
        DatastoreException cause = batch && failure.getCause() instanceof DatastoreException inner ? inner : failure;
        Kind kind = kind(cause);
        return status(code(kind), kind, failure.isRetryable(), batch, String.valueOf(failure.getMessage()));
    }

    /** A limit of the server that was hit. */
    public static StatusRuntimeException limit(String message) {
        return status(Code.RESOURCE_EXHAUSTED, Kind.LIMIT, true, false, message);
    }

    /** Something that may pass. */
    public static StatusRuntimeException unavailable(Kind kind, String message) {
        return status(Code.UNAVAILABLE, kind, true, false, message);
    }

    /** A stream that the client left alone for too long. */
    public static StatusRuntimeException idle(String message) {
        return status(Code.ABORTED, Kind.UNAVAILABLE, true, false, message);
    }

    /** A feature that the store lacks. */
    public static StatusRuntimeException unsupported(String message) {
        return status(Code.UNIMPLEMENTED, Kind.OTHER, false, false, message);
    }

    /** A client whose protocol is not spoken here. */
    public static StatusRuntimeException otherVersion(String message) {
        return status(Code.FAILED_PRECONDITION, Kind.OTHER, false, false, message);
    }

    private static StatusRuntimeException status(
            Code code, Kind kind, boolean retryable, boolean batch, String message) {
        Failure failure = Failure.newBuilder()
                .setKind(kind)
                .setRetryable(retryable)
                .setBatch(batch)
                .build();
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…")
                .addDetails(Any.pack(failure))
                .build());
    }

    private static Kind kind(DatastoreException failure) {
        if (failure instanceof InvalidKeyException) {
            return Kind.INVALID_KEY;
        }
        if (failure instanceof ValueTooLargeException) {
            return Kind.VALUE_TOO_LARGE;
        }
        if (failure instanceof RefusedInputException) {
            return Kind.REFUSED_INPUT;
        }
        if (failure instanceof DatastoreTimeoutException) {
            return Kind.TIMEOUT;
        }
        if (failure instanceof ConflictException) {
            return Kind.CONFLICT;
        }
        if (failure instanceof CorruptDataException) {
            return Kind.CORRUPT_DATA;
        }
        if (failure instanceof DatastoreClosedException) {
            return Kind.CLOSED;
        }
        return failure instanceof DatastoreUnavailableException || failure.isRetryable()
                ? Kind.UNAVAILABLE
                : Kind.OTHER;
    }

    private static Code code(Kind kind) {
        return switch (kind) {
            case INVALID_KEY, VALUE_TOO_LARGE, REFUSED_INPUT -> Code.INVALID_ARGUMENT;
            case UNAVAILABLE, TIMEOUT -> Code.UNAVAILABLE;
            case CONFLICT -> Code.ABORTED;
            case CORRUPT_DATA -> Code.DATA_LOSS;
            case CLOSED -> Code.FAILED_PRECONDITION;
            case LIMIT -> Code.RESOURCE_EXHAUSTED;
            case OTHER, UNRECOGNIZED -> Code.UNKNOWN;
        };
    }

    /** The detail of a failed call, if the server sent one. */
    public static Optional<Failure> detail(@Nullable Metadata trailers) {
        byte[] details = trailers == null ? null : trailers.get(DETAILS);
        if (details == null) {
            return Optional.empty();
        }
        try {
            for (Any any : com.google.rpc.Status.parseFrom(details).getDetailsList()) {
                if (any.is(Failure.class)) {
                    return Optional.of(any.unpack(Failure.class));
                }
            }
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty(); // no server of ours
        }
        return Optional.empty();
    }

    /**
     * The exception of a failed call.
     *
     * @param store the store's name, for the message
     */
    public static DatastoreException decode(String store, Status status, @Nullable Metadata trailers) {
        String said = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        String message = store + ": " + said;
        Throwable cause = status.getCause();
        Optional<Failure> detail = detail(trailers);
        if (detail.isPresent()) {
            return decode(detail.get(), message, cause);
        }
        return switch (status.getCode()) {
            case UNAVAILABLE, CANCELLED -> // cancelled by a server's end, or by who interrupts the caller
                new DatastoreUnavailableException(message, cause);
            case DEADLINE_EXCEEDED ->
                new DatastoreTimeoutException(
                        store + ": no answer from the sidecar in time", status.asException()); // which says a lot more
            case INVALID_ARGUMENT -> new RefusedInputException(message, cause);
            case RESOURCE_EXHAUSTED -> new DatastoreUnavailableException(message, cause);
            default -> new DatastoreException(message + " (" + status.getCode() + ")", cause);
        };
    }

    private static DatastoreException decode(Failure failure, String message, @Nullable Throwable cause) {
        return switch (failure.getKind()) {
            case INVALID_KEY -> new InvalidKeyException(message, cause);
            case VALUE_TOO_LARGE -> new ValueTooLargeException(message, cause);
            case REFUSED_INPUT -> new RefusedInputException(message, cause);
            case UNAVAILABLE, LIMIT -> new DatastoreUnavailableException(message, cause);
            case TIMEOUT -> new DatastoreTimeoutException(message, cause);
            case CONFLICT -> new ConflictException(message, cause);
            case CORRUPT_DATA -> new CorruptDataException(message, cause);
            case CLOSED -> new DatastoreUnavailableException(message, cause); // the server's store, not the caller's
            case OTHER, UNRECOGNIZED -> new DatastoreException(message, cause);
        };
    }
}
