package io.motrds.server;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.server.protocol.BatchRequest;
import io.motrds.server.protocol.BatchResponse;
import io.motrds.server.protocol.Write;
import io.motrds.server.wire.Keys;
import java.util.Iterator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Collects the writes of a batch and commits it. Without a commit nothing is written. */
final class BatchStream extends HeldStream<BatchResponse> implements StreamObserver<BatchRequest> {

    private static final int MAX_BYTES = 1 << 20; // of a response

    private final ByteBudget budget;
    private @Nullable Batch batch; // null before it began and after it ended
    private long taken;

    BatchStream(ServerCallStreamObserver<BatchResponse> out, Calls calls) {
        super(out, calls);
        this.budget = calls.batches();
        step(() -> batch = calls.store().batch());
    }

    @Override
    public void onNext(BatchRequest request) {
        step(() -> {
            Batch open = batch;
            if (open == null) {
                throw new RefusedInputException("nothing may follow the commit of a batch");
            }
            long bytes = request.getSerializedSize();
            budget.take(bytes);
            taken += bytes;
            for (Write write : request.getWritesList()) {
                Key key = Keys.decode(write.getKey());
                if (write.hasValue()) {
                    open.put(key, Keys.take(write.getValue()));
                } else {
                    open.delete(key);
                }
            }
            if (request.getCommit()) {
                commit(open);
            }
        });
    }

    private void commit(Batch open) {
        try {
            open.commit();
        } catch (BatchException e) {
            name(e.failedKeys(), BatchResponse.Builder::addFailedKeys);
            name(e.unknownKeys(), BatchResponse.Builder::addUnknownKeys);
            throw e;
        }
        complete();
    }

    /** Names the keys that failed, in as many messages as they need. */
    private void name(Iterable<Key> keys, BiConsumer<BatchResponse.Builder, ByteString> add) {
        Iterator<Key> left = keys.iterator();
        while (left.hasNext()) {
            BatchResponse.Builder message = BatchResponse.newBuilder();
            for (long bytes = 0; bytes < MAX_BYTES && left.hasNext(); ) {
                ByteString key = Keys.encode(left.next());
                bytes += key.size() + 4;
                add.accept(message, key);
            }
            out.onNext(message.build());
        }
    }

    @Override
    public void onError(Throwable thrown) {} // the call is over, and what it held given back

    @Override
    public void onCompleted() {
        step(this::completeUnasked); // without a commit
    }

    @Override
    void giveBack() {
        Batch open = batch;
        batch = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            budget.giveBack(taken);
            taken = 0;
        }
    }
}
