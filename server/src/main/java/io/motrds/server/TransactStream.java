package io.motrds.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.feature.Transaction;
import io.motrds.api.feature.Transactions;
import io.motrds.server.protocol.GetRequest;
import io.motrds.server.protocol.TransactRequest;
import io.motrds.server.protocol.TransactResponse;
import io.motrds.server.protocol.Write;
import io.motrds.server.wire.Keys;
import org.jspecify.annotations.Nullable;

/** One transaction: begins with the stream, ends with the commit. */
final class TransactStream extends HeldStream<TransactResponse> implements StreamObserver<TransactRequest> {

    private final ByteBudget budget;
    private @Nullable Transaction transaction; // null before it began and after it ended
    private long taken;

    TransactStream(ServerCallStreamObserver<TransactResponse> out, Calls calls) {
        super(out, calls);
        this.budget = calls.batches();
        step(() -> {
            transaction = calls.require(Transactions.class).begin();
            out.onNext(TransactResponse.getDefaultInstance());
        });
    }

    @Override
    public void onNext(TransactRequest request) {
        step(() -> {
            Transaction open = transaction;
            if (open == null) {
                throw new RefusedInputException("nothing may follow the commit of a transaction");
            }
            switch (request.getRequestCase()) {
                case GET -> get(open, request.getGet());
                case WRITE -> write(open, request.getWrite());
                case COMMIT -> commit(open);
                case REQUEST_NOT_SET -> {} // the client is still there
            }
        });
    }

    private void get(Transaction open, GetRequest request) {
        out.onNext(TransactResponse.newBuilder()
                .setGet(StoreService.value(open.get(Keys.decode(request.getKey()))))
                .build());
    }

    private void write(Transaction open, Write write) {
        long bytes = write.getSerializedSize();
        budget.take(bytes);
        taken += bytes;
        Key key = Keys.decode(write.getKey());
        if (write.hasValue()) {
            open.put(key, Keys.take(write.getValue()));
        } else {
            open.delete(key);
        }
        out.onNext(TransactResponse.newBuilder()
                .setWrite(TransactResponse.Written.getDefaultInstance())
                .build());
    }

    private void commit(Transaction open) {
        open.commit();
        out.onNext(TransactResponse.newBuilder()
                .setCommit(TransactResponse.Committed.getDefaultInstance())
                .build());
        complete();
    }

    @Override
    public void onError(Throwable thrown) {} // the call is over, and what it held given back

    @Override
    public void onCompleted() {
        step(this::completeUnasked); // without a commit
    }

    @Override
    void giveBack() {
        Transaction open = transaction;
        transaction = null;
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
