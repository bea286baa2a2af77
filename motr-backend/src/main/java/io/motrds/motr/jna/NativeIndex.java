package io.motrds.motr.jna;

import com.sun.jna.Pointer;
import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.MotrIndex;
import io.motrds.motr.Request;
import java.util.concurrent.atomic.AtomicInteger;

/** An index, through libmotr, which any thread calls. */
final class NativeIndex implements MotrIndex {
    /** Not Motr's: the operation goes on without anybody waiting for it. */
    private static final int LEFT_BEHIND = 1;

    private final NativeMotr client;
    private final long index;
    private final long id;
    /** Whoever has it open, and operations that got no answer in time: the last of them frees it. */
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
        return request instanceof Request.OnObject onObject
                ? new ObjectFlight(client, onObject)
                : new IndexFlight(this, client, request);
    }

    @Override
    public int create(long timeoutNanos) {
        return onEntity(timeoutNanos, (entity, out) -> LibMotr.m0_entity_create(0, entity, out));
    }

    /** Opens it first: Motr ends the process when an entity is deleted that was neither created nor opened. */
    @Override
    public int drop(long timeoutNanos) {
        return onEntity(timeoutNanos, LibMotr::m0_entity_open, LibMotr::m0_entity_delete);
    }

    @Override
    public int lookUp(long timeoutNanos) {
        return onEntity(timeoutNanos, (entity, out) -> LibMotr.m0_idx_op(entity, Layouts.LOOKUP, 0, 0, 0, 0, out));
    }

    private interface Step {
        int begin(long entity, long out);
    }

    /** Carries out operations on an index structure of its own: creating and deleting change its state. */
    private int onEntity(long timeoutNanos, Step... steps) {
        long deadline = System.nanoTime() + timeoutNanos;
        long entity = NativeMemory.zeroed(Layouts.ENTITY_ROOM);
        long out = NativeMemory.zeroed(8);
        LibMotr.m0_idx_init(entity, client.realm(), id);
        Runnable free = () -> {
            LibMotr.m0_idx_fini(entity);
            NativeMemory.free(entity);
            NativeMemory.free(out);
        };
        int rc = 0;
        for (int i = 0; i < steps.length && rc == 0; i++) {
            new Pointer(out).setLong(0, 0); // Motr makes an operation only where there is none
            rc = steps[i].begin(entity, out);
            if (rc == 0) {
                rc = finish(out, deadline, free);
                if (rc == LEFT_BEHIND) {
                    return Errno.ETIMEDOUT;
                }
            }
        }
        free.run();
        return rc;
    }

    /** Launches the operation whose address is stored there and waits for it; frees later what it did not wait for. */
    private int finish(long out, long deadline, Runnable free) {
        client.launch(out);
        long operation = new Pointer(out).getLong(0);
        if (client.hasEnded(operation, Math.max(0, deadline - System.nanoTime()))) {
            return client.finish(operation);
        }
        client.leaveBehind(operation, () -> {
            client.finish(operation);
            free.run();
        });
        return LEFT_BEHIND;
    }

    /** Motr answers -11 when nothing was written that is not persistent. */
    @Override
    public int sync(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        long out = NativeMemory.zeroed(8);
        int rc = LibMotr.m0_sync_op_init(out);
        if (rc != 0) {
            NativeMemory.free(out);
            return rc;
        }
        long operation = new Pointer(out).getLong(0);
        rc = LibMotr.m0_sync_entity_add(operation, index);
        if (rc != 0) {
            LibMotr.m0_op_fini(operation);
            LibMotr.m0_op_free(operation);
        } else {
            hold();
            rc = finish(out, deadline, () -> {
                NativeMemory.free(out);
                letGo();
            });
            if (rc == LEFT_BEHIND) {
                return Errno.ETIMEDOUT;
            }
            letGo();
        }
        NativeMemory.free(out);
        return rc == Errno.EAGAIN ? 0 : rc;
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
