package io.motrds.motr.jna;

import com.sun.jna.Pointer;
import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.Generation;
import io.motrds.motr.MotrIndex.Flight;
import io.motrds.motr.ObjectName;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import java.util.function.Supplier;

/**
 * An operation on an object, which takes Motr two or three: create, write, make persistent; create, read; create, delete.
 * Each begins when the one before has ended and the owner's thread comes by.
 *
 * <p>To create is only to prepare what the others need, within this process: the object is made by the first write to
 * it. It also shows whether Motr knows the pool version, which it does not survive later on. Its form must be verified
 * before: {@link Fid#isPoolVersion}.
 *
 * <p>The layout of its slot: the operation's address, the identifier, the m0_obj, an m0_indexvec and two m0_bufvecs with
 * their arrays, then, block by block, the data.
 */
final class ObjectFlight implements Flight {
    private static final int ID = 16;
    private static final int OBJECT = 64;
    private static final int POOL_VERSION = OBJECT + Layouts.OBJECT_POOL_VERSION;
    private static final int EXTENTS = OBJECT + Layouts.ENTITY_ROOM;
    private static final int DATA = EXTENTS + 32;
    private static final int ATTRIBUTES = DATA + 32;
    private static final int ARRAYS = ATTRIBUTES + 32;
    private static final int PER_SEGMENT = 5 * 8;
    private static final Reply TIMED_OUT = Reply.failed(Errno.ETIMEDOUT);

    private final NativeMotr client;
    private final Request.OnObject request;
    private final Slot slot;
    private final Pointer memory;
    private final long address;
    private final int dataAt;
    private int step;
    private boolean ended;
    private Reply reply = Reply.codes(new int[1]);

    ObjectFlight(NativeMotr client, Request.OnObject request) {
        this.client = client;
        this.request = request;
        int arrays = ARRAYS + segments() * PER_SEGMENT;
        slot = client.slots().take(arrays + (dataBytes() == 0 ? 0 : Layouts.ALIGNMENT + paddedBytes()));
        memory = slot.memory();
        address = slot.address();
        memory.setMemory(0, arrays, (byte) 0);
        long aligned = (address + arrays + Layouts.ALIGNMENT - 1) / Layouts.ALIGNMENT * Layouts.ALIGNMENT;
        dataAt = (int) (aligned - address);
        initialise(client, slot, request.name());
        if (request instanceof Request.StoreObject store) {
            memory.write(dataAt, store.data(), 0, store.data().length);
            memory.setMemory(dataAt + (long) store.data().length, paddedBytes() - store.data().length, (byte) 0);
        }
        begin();
        boolean unused = advance(); // what happens within this process has happened
    }

    private static void initialise(NativeMotr client, Slot slot, ObjectName name) {
        Pointer memory = slot.memory();
        memory.setLong(ID + Layouts.ID_HIGH, name.generation().objectContainer());
        memory.setLong(ID + Layouts.ID_LOW, name.generation().random());
        long object = slot.address() + OBJECT;
        LibMotr.m0_obj_init(object, client.realm(), slot.address() + ID, Layouts.OBJECT_LAYOUT);
        memory.setInt(OBJECT + Layouts.ENTITY_FLAGS, Layouts.USER_KNOWS_POOL_VERSION);
        memory.setLong(POOL_VERSION + Layouts.ID_HIGH, name.poolVersion().container());
        memory.setLong(POOL_VERSION + Layouts.ID_LOW, name.poolVersion().key());
    }

    private static Fid poolVersion(Slot slot) {
        return new Fid(
                slot.memory().getLong(POOL_VERSION + Layouts.ID_HIGH),
                slot.memory().getLong(POOL_VERSION + Layouts.ID_LOW));
    }

    /** The pool version that Motr puts an object into which does not say where: one that is never written. */
    static Fid poolVersion(NativeMotr client) {
        Slot slot = client.slots().take(EXTENTS);
        slot.memory().setMemory(0, EXTENTS, (byte) 0);
        initialise(client, slot, new ObjectName(new Generation(0, 1), ObjectName.NOWHERE));
        Runnable free = () -> {
            LibMotr.m0_obj_fini(slot.address() + OBJECT);
            client.slots().giveBack(slot);
        };
        if (LibMotr.m0_entity_create(0, slot.address() + OBJECT, slot.address()) != 0) {
            free.run();
            return ObjectName.NOWHERE;
        }
        client.launch(slot.address());
        Supplier<Fid> landing = () -> {
            Fid found = client.finish(slot.operation()) == 0 ? poolVersion(slot) : ObjectName.NOWHERE;
            free.run();
            return found;
        };
        return client.land(slot.operation(), 0, landing, ObjectName.NOWHERE);
    }

    private int dataBytes() {
        if (request instanceof Request.StoreObject store) {
            return store.data().length;
        }
        return request instanceof Request.LoadObject load ? load.into().length : 0;
    }

    private int paddedBytes() {
        return (dataBytes() + Layouts.BLOCK - 1) / Layouts.BLOCK * Layouts.BLOCK;
    }

    private int segments() {
        return (paddedBytes() + Layouts.OBJECT_UNIT - 1) / Layouts.OBJECT_UNIT;
    }

    /** Begins the step whose turn it is; a step that cannot begin ends the whole. */
    private void begin() {
        memory.setLong(0, 0);
        int rc = start();
        if (rc != 0) {
            end(step == 0 && rc == Errno.ENOENT ? Errno.NO_POOL : rc); // there is no pool at all
        } else {
            client.launch(address);
        }
    }

    private int start() {
        boolean stores = request instanceof Request.StoreObject;
        if (step == 0) {
            return LibMotr.m0_entity_create(0, address + OBJECT, address);
        }
        if (step == 2) {
            return NativeMotr.beginSync(address + OBJECT, address);
        }
        if (request instanceof Request.DropObject) {
            return LibMotr.m0_entity_delete(address + OBJECT, address);
        }
        describeData();
        return LibMotr.m0_obj_op(
                address + OBJECT,
                stores ? Layouts.OBJECT_WRITE : Layouts.OBJECT_READ,
                address + EXTENTS,
                address + DATA,
                address + ATTRIBUTES,
                0,
                0,
                address);
    }

    private void describeData() {
        int count = segments();
        int bytes = 8 * count;
        vector(EXTENTS, count, ARRAYS, ARRAYS + bytes);
        vector(DATA, count, ARRAYS, ARRAYS + 2 * bytes);
        vector(ATTRIBUTES, count, ARRAYS + 3 * bytes, ARRAYS + 4 * bytes);
        for (int i = 0; i < count; i++) {
            long offset = (long) i * Layouts.OBJECT_UNIT;
            memory.setLong(ARRAYS + 8L * i, Math.min(Layouts.OBJECT_UNIT, paddedBytes() - offset));
            memory.setLong(ARRAYS + bytes + 8L * i, offset);
            memory.setLong(ARRAYS + 2L * bytes + 8L * i, address + dataAt + offset);
        }
    }

    /** An m0_indexvec or m0_bufvec: so many counts, and as many offsets or addresses. */
    private void vector(int at, int count, int counts, int others) {
        memory.setInt(at + Layouts.BUFVEC_COUNT, count);
        memory.setLong(at + Layouts.BUFVEC_LENGTHS, address + counts);
        memory.setLong(at + Layouts.INDEXVEC_OFFSETS, address + others);
    }

    private int lastStep() {
        return request instanceof Request.StoreObject ? 2 : 1;
    }

    /** Takes notice of the step that has ended, and begins the next. */
    private void proceed() {
        int rc = client.finish(slot.operation());
        if (rc == 0 && step == 0 && !poolVersion(slot).equals(request.name().poolVersion())) {
            rc = Errno.NO_POOL; // Motr takes another one for one that it does not know
        }
        if (rc != 0 || step == lastStep()) {
            end(rc);
        } else {
            step++;
            begin();
        }
    }

    private void end(int rc) {
        ended = true;
        if (rc == Errno.ENOENT) {
            reply = Reply.codes(new int[] {rc});
        } else if (rc != 0) {
            reply = Reply.failed(rc);
        } else if (request instanceof Request.LoadObject load) {
            memory.read(dataAt, load.into(), 0, load.into().length);
        }
        free();
    }

    private void free() {
        LibMotr.m0_obj_fini(address + OBJECT);
        client.slots().giveBack(slot);
    }

    @Override
    public boolean advance() {
        while (!ended && client.looksEnded(slot.operation()) && client.hasEnded(slot.operation(), 0)) {
            proceed();
        }
        return ended;
    }

    @Override
    public boolean comesToRest(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!ended) {
            if (!client.hasEnded(slot.operation(), Math.max(0, deadline - System.nanoTime()))) {
                return false;
            }
            proceed();
        }
        return true;
    }

    @Override
    public Reply await(long timeoutNanos, Runnable atLanding) {
        if (comesToRest(timeoutNanos)) {
            atLanding.run();
            return reply;
        }
        Supplier<Reply> landing = () -> {
            client.finish(slot.operation());
            free();
            atLanding.run();
            return TIMED_OUT; // without its further steps
        };
        return client.land(slot.operation(), 0, landing, TIMED_OUT);
    }
}
