package io.motrds.motr.jna;

import com.sun.jna.Pointer;
import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.MotrIndex;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An index, through libmotr, which any thread calls. */
final class NativeIndex implements MotrIndex {
    private static final Flight NO_POOL = (timeoutNanos, atLanding) -> {
        atLanding.run();
        return Reply.failed(Errno.NO_POOL);
    };

    private final NativeMotr client;
    private final long index;
    private final long id;
    /** Whoever has it open, and operations that have not landed: the last of them frees it. */
    private final AtomicInteger uses = new AtomicInteger(1);

    private boolean closed;

    NativeIndex(NativeMotr client, Fid fid) {
        this.client = client;
        id = NativeMemory.zeroed(Layouts.ID_BYTES);
        new Pointer(id).setLong(Layouts.ID_HIGH, fid.container());
        new Pointer(id).setLong(Layouts.ID_LOW, fid.key());
        index = NativeMemory.zeroed(Layouts.ENTITY_ROOM);
        LibMotr.m0_idx_init(index, client.realm(), id);
    }

    /** The m0_idx. */
    long address() {
        return index;
    }

    /** One more use, which ends with {@link #letGo}. */
    void hold() {
        uses.incrementAndGet();
    }

    void letGo() {
        if (uses.decrementAndGet() == 0) {
            LibMotr.m0_idx_fini(index);
            NativeMemory.free(index);
            NativeMemory.free(id);
        }
    }

    @Override
    public Flight launch(Request request) {
        if (request instanceof Request.OnObject onObject) {
            return onObject.name().poolVersion().isPoolVersion() ? new ObjectFlight(client, onObject) : NO_POOL;
        }
        return new IndexFlight(this, client, request);
    }

    @Override
    public int create(long timeoutNanos) {
        return onEntity(timeoutNanos, (entity, out) -> LibMotr.m0_entity_create(0, entity, out));
    }

    /** Opens it first, which takes no operation: Motr ends the process when what is deleted was not opened. */
    @Override
    public int drop(long timeoutNanos) {
        return onEntity(timeoutNanos, (entity, out) -> {
            int rc = LibMotr.m0_entity_open(entity, out);
            return rc != 0 ? rc : LibMotr.m0_entity_delete(entity, out);
        });
    }

    @Override
    public int lookUp(long timeoutNanos) {
        return onEntity(timeoutNanos, (entity, out) -> LibMotr.m0_idx_op(entity, Layouts.LOOKUP, 0, 0, 0, 0, out));
    }

    private interface Start {
        int on(long entity, long operationOut);
    }

    /** Carries out an operation on an index structure of its own: creating and deleting change its state. */
    private int onEntity(long timeoutNanos, Start start) {
        long entity = NativeMemory.zeroed(Layouts.ENTITY_ROOM);
        long out = NativeMemory.zeroed(8);
        LibMotr.m0_idx_init(entity, client.realm(), id);
        Runnable free = () -> {
            LibMotr.m0_idx_fini(entity);
            NativeMemory.free(entity);
            NativeMemory.free(out);
        };
        int rc = start.on(entity, out);
        if (rc != 0) {
            free.run();
            return rc;
        }
        return finish(out, timeoutNanos, free);
    }

    /** Motr answers -11 when nothing was written that is not persistent. */
    @Override
    public int sync(long timeoutNanos) {
        long out = NativeMemory.zeroed(8);
        int rc = NativeMotr.beginSync(index, out);
        if (rc != 0) {
            NativeMemory.free(out);
            return rc;
        }
        hold();
        rc = finish(out, timeoutNanos, () -> {
            NativeMemory.free(out);
            letGo();
        });
        return rc == Errno.EAGAIN ? 0 : rc;
    }

    /** Launches the operation whose address is stored there and waits for it; frees at its end, however late. */
    private int finish(long out, long timeoutNanos, Runnable free) {
        client.launch(out);
        long operation = new Pointer(out).getLong(0);
        Supplier<Integer> landing = () -> {
            int rc = client.finish(operation);
            free.run();
            return rc;
        };
        return client.land(operation, timeoutNanos, landing, Errno.ETIMEDOUT);
    }

    @Override
    public Fid poolVersion() {
        return ObjectFlight.poolVersion(client);
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            client.release(this::letGo);
        }
    }
}
