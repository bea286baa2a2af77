package io.motrds.server.client;

import io.grpc.StatusException;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.server.protocol.QueryRequest;
import io.motrds.server.protocol.QueryResponse;
import io.motrds.server.wire.Failures;
import io.motrds.server.wire.Queries;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The results of a query that the sidecar answers. */
final class RemoteCursor implements Cursor {

    private final String store;
    private final RemoteStream<QueryRequest, QueryResponse> stream;
    private Iterator<QueryResponse.Entry> received = Collections.emptyIterator();

    RemoteCursor(String store, RemoteStream<QueryRequest, QueryResponse> stream, QueryRequest query) {
        this.store = store;
        this.stream = stream;
        try {
            stream.write(query);
        } catch (StatusException e) {
            stream.close();
            throw Failures.decode(store, e.getStatus(), e.getTrailers());
        }
    }

    @Override
    public @Nullable Entry next() {
        try {
            while (!received.hasNext()) {
                QueryResponse response = stream.read();
                if (response == null) {
                    return null;
                }
                received = response.getEntriesList().iterator();
            }
        } catch (StatusException e) {
            throw Failures.decode(store, e.getStatus(), e.getTrailers());
        }
        return Queries.decode(received.next());
    }

    @Override
    public void close() {
        stream.close();
    }
}
