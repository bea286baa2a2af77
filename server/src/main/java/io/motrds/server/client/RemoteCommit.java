package io.motrds.server.client;

import io.grpc.StatusException;
import io.motrds.api.BatchException;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.server.protocol.BatchRequest;
import io.motrds.server.protocol.BatchResponse;
import io.motrds.server.protocol.Failure;
import io.motrds.server.protocol.Write;
import io.motrds.server.wire.Failures;
import io.motrds.server.wire.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends the writes of a batch in requests of moderate size, so that the sidecar takes some while others come. */
final class RemoteCommit {

    private static final int REQUEST_BYTES = 512 << 10;

    private final String store;
    private final RemoteStream<BatchRequest, BatchResponse> stream;
    private final Set<Key> keys;
    private final List<Key> failed = new ArrayList<>();
    private final List<Key> unknown = new ArrayList<>();
    private boolean sentCommit;

    private RemoteCommit(String store, RemoteStream<BatchRequest, BatchResponse> stream, Set<Key> keys) {
        this.store = store;
        this.stream = stream;
        this.keys = keys;
    }

    /** Applies the writes; the arrays are not changed by anybody. */
    static void apply(
            String store, RemoteStream<BatchRequest, BatchResponse> stream, Map<Key, byte @Nullable []> writes) {
        RemoteCommit commit = new RemoteCommit(store, stream, writes.keySet());
        try (stream) {
            commit.send(writes);
            commit.receive();
        } catch (StatusException e) {
            throw commit.failure(e);
        }
    }

    private void send(Map<Key, byte @Nullable []> writes) throws StatusException {
        BatchRequest.Builder request = BatchRequest.newBuilder();
        long bytes = 0;
        for (Map.Entry<Key, byte @Nullable []> each : writes.entrySet()) {
            byte[] value = each.getValue();
            long size = (long) each.getKey().length() + (value == null ? 0 : value.length);
            if (bytes > 0 && bytes + size > REQUEST_BYTES) {
                stream.write(request.build());
                request.clear();
                bytes = 0;
            }
            Write.Builder write = Write.newBuilder().setKey(Keys.encode(each.getKey()));
            if (value != null) {
                write.setValue(Keys.share(value));
            }
            request.addWrites(write);
            bytes += size;
        }
        sentCommit = true;
        stream.write(request.setCommit(true).build());
        stream.endWriting();
    }

    private void receive() throws StatusException {
        for (BatchResponse response = stream.read(); response != null; response = stream.read()) {
            response.getFailedKeysList().forEach(key -> failed.add(Keys.decode(key)));
            response.getUnknownKeysList().forEach(key -> unknown.add(Keys.decode(key)));
        }
    }

    private DatastoreException failure(StatusException e) {
        DatastoreException cause = Failures.decode(store, e.getStatus(), e.getTrailers());
        Optional<Failure> detail = Failures.detail(e.getTrailers());
        if (detail.isPresent() && detail.get().getBatch()) {
            return new BatchException(store, failed, unknown, cause);
        }
        boolean refused = detail.isPresent() && isRefusal(detail.get().getKind());
        return sentCommit && !refused
                ? new BatchException(store, Set.of(), keys, cause)
                : new BatchException(store, keys, Set.of(), cause);
    }

    /** Whether the failure means that the server did not begin to write. */
    private static boolean isRefusal(Failure.Kind kind) {
        return switch (kind) {
            case INVALID_KEY, VALUE_TOO_LARGE, REFUSED_INPUT, LIMIT -> true;
            default -> false;
        };
    }
}
