package io.motrds.motr.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.MotrIndex;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import java.util.concurrent.atomic.AtomicInteger;

/** An index, through libmotr. Each operation has a {@link Slot} of its own; the library is called by any thread. */
final class NativeIndex implements MotrIndex {
    private final NativeMotr client;
    private final long index;
    private final long id;
    private final AtomicInteger leftBehind = new AtomicInteger();
    private boolean closed;

    NativeIndex(NativeMotr client, Fid fid) {
        this.client = client;
        id = NativeMotr.zeroed(16);
        new Pointer(id).setLong(0, fid.container());
        new Pointer(id).setLong(8, fid.key());
        index = NativeMotr.zeroed(Layouts.ENTITY_ROOM);
        LibMotr.m0_idx_init(index, client.realm(), id);
    }

    @Override
    public Flight launch(Request request) {
        if (request instanceof Request.OnObject onObject) {
            return new ObjectFlight(client, onObject);
        }
        Slot slot = client.slots().take(Slot.bytesFor(request));
        slot.fill(request);
        boolean reads = request instanceof Request.Get || request instanceof Request.Next;
        boolean writes = request instanceof Request.Put;
        int rc = LibMotr.m0_idx_op(
                index,
                opcode(request),
                slot.keys(),
                reads || writes ? slot.values() : 0,
                slot.returnCodes(),
                flags(request),
                slot.operationOut());
        if (rc != 0) {
            client.slots().giveBack(slot);
            return (timeoutNanos, atLanding) -> {
                atLanding.run();
                return Reply.failed(rc);
            };
        }
        client.launch(slot.operationOut());
        return (timeoutNanos, atLanding) -> await(request, slot, timeoutNanos, atLanding);
    }

    private static int opcode(Request request) {
        if (request instanceof Request.Get) {
            return Layouts.GET;
        } else if (request instanceof Request.Put) {
            return Layouts.PUT;
        } else if (request instanceof Request.Delete) {
            return Layouts.DEL;
        }
        return Layouts.NEXT;
    }

    private static int flags(Request request) {
        if (request instanceof Request.Put put) {
            return (put.overwrite() ? Layouts.OVERWRITE : 0) | (put.durable() ? Layouts.SYNC_WAIT : 0);
        } else if (request instanceof Request.Delete delete) {
            return delete.durable() ? Layouts.SYNC_WAIT : 0;
        }
        return request instanceof Request.Next next && next.exclusive() ? Layouts.EXCLUDE_START_KEY : 0;
    }

    private Reply await(Request request, Slot slot, long timeoutNanos, Runnable atLanding) {
        long operation = slot.operation();
        if (!client.hasEnded(operation, timeoutNanos)) {
            leftBehind.incrementAndGet();
            client.leaveBehind(operation, () -> {
                land(request, slot);
                leftBehind.decrementAndGet();
                atLanding.run();
            });
            return Reply.failed(Errno.ETIMEDOUT);
        }
        Reply reply = land(request, slot);
        atLanding.run();
        return reply;
    }

    private Reply land(Request request, Slot slot) {
        Reply reply = slot.reply(request, client.finish(slot.operation()));
        client.slots().giveBack(slot);
        return reply;
    }

    @Override
    public int create(long timeoutNanos) {
        return onEntity(timeoutNanos, out -> (entity -> LibMotr.m0_entity_create(0, entity, out)));
    }

    @Override
    public int drop(long timeoutNanos) {
        return onEntity(timeoutNanos, out -> (entity -> LibMotr.m0_entity_delete(entity, out)));
    }

    @Override
    public int lookUp(long timeoutNanos) {
        return onEntity(timeoutNanos, out -> (entity -> LibMotr.m0_idx_op(entity, Layouts.LOOKUP, 0, 0, 0, 0, out)));
    }

    private interface Start {
        int on(long entity);
    }

    private interface StartWithOut {
        Start with(long out);
    }

    /** Carries out an operation on an index structure of its own: creating and deleting change its state. */
    private int onEntity(long timeoutNanos, StartWithOut start) {
        long entity = NativeMotr.zeroed(Layouts.ENTITY_ROOM);
        long out = NativeMotr.zeroed(8);
        LibMotr.m0_idx_init(entity, client.realm(), id);
        Runnable free = () -> {
            LibMotr.m0_idx_fini(entity);
            Native.free(entity);
            Native.free(out);
        };
        int rc = start.with(out).on(entity);
        if (rc != 0) {
            free.run();
            return rc;
        }
        client.launch(out);
        long operation = new Pointer(out).getLong(0);
        if (!client.hasEnded(operation, timeoutNanos)) {
            client.leaveBehind(operation, () -> {
                client.finish(operation);
                free.run();
            });
            return Errno.ETIMEDOUT;
        }
        rc = client.finish(operation);
        free.run();
        return rc;
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            client.release(() -> {
                if (leftBehind.get() == 0) { // else Motr still uses it
                    LibMotr.m0_idx_fini(index);
                    Native.free(index);
                    Native.free(id);
                }
            });
        }
    }
}
