package io.motrds.server.client;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Key;
import io.motrds.api.feature.Transaction;
import io.motrds.server.protocol.GetRequest;
import io.motrds.server.protocol.TransactRequest;
import io.motrds.server.protocol.TransactResponse;
import io.motrds.server.protocol.Write;
import io.motrds.server.wire.Failures;
import io.motrds.server.wire.Keys;
import java.time.Duration;
import java.util.Optional;

/** A transaction of the sidecar's store. */
final class RemoteTransaction implements Transaction {

    private final RemoteDatastore store;
    private final RemoteStream<TransactRequest, TransactResponse> stream;
    private final Duration timeout;
    private boolean ended;

    RemoteTransaction(RemoteDatastore store, RemoteStream<TransactRequest, TransactResponse> stream, Duration timeout) {
        this.store = store;
        this.stream = stream;
        this.timeout = timeout;
        receive(); // it has begun
    }

    @Override
    public Optional<byte[]> get(Key key) {
        store.limits().check(key);
        TransactResponse response = send(TransactRequest.newBuilder()
                .setGet(GetRequest.newBuilder().setKey(Keys.encode(key)))
                .build());
        return response.getGet().hasValue()
                ? Optional.of(Keys.take(response.getGet().getValue()))
                : Optional.empty();
    }

    @Override
    public void put(Key key, byte[] value) {
        store.limits().check(key);
        store.limits().check(key, value);
        write(Write.newBuilder().setKey(Keys.encode(key)).setValue(ByteString.copyFrom(value)));
    }

    @Override
    public void delete(Key key) {
        store.limits().check(key);
        write(Write.newBuilder().setKey(Keys.encode(key)));
    }

    private void write(Write.Builder write) {
        send(TransactRequest.newBuilder().setWrite(write).build());
    }

    @Override
    public void commit() {
        send(TransactRequest.newBuilder()
                .setCommit(TransactRequest.Commit.getDefaultInstance())
                .build());
        close();
    }

    private TransactResponse send(TransactRequest request) {
        return store.using(() -> {
            if (ended) {
                throw new IllegalStateException("the transaction was committed or closed already");
            }
            try {
                stream.write(request);
            } catch (StatusException e) {
                throw failure(e);
            }
            return receive();
        });
    }

    private TransactResponse receive() {
        try {
            TransactResponse response = stream.read(timeout);
            if (response == null) {
                close();
                throw new DatastoreUnavailableException(store.name() + ": the sidecar ended the transaction");
            }
            return response;
        } catch (StatusException e) {
            throw failure(e);
        }
    }

    private DatastoreException failure(StatusException e) {
        close();
        return Failures.decode(store.name(), e.getStatus(), e.getTrailers());
    }

    @Override
    public void close() {
        ended = true;
        stream.close();
    }
}
