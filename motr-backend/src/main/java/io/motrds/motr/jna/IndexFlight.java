package io.motrds.motr.jna;

import io.motrds.motr.Errno;
import io.motrds.motr.MotrIndex.Flight;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import io.motrds.motr.Request.IndexRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operation on the records of an index.
 *
 * <p>The layout of its slot: the operation's address, two m0_bufvecs, then for each record two lengths, two addresses and
 * a code, then the bytes of keys and values.
 */
final class IndexFlight implements Flight {
    private static final int KEYS = 8;
    private static final int VALUES = KEYS + Layouts.BUFVEC_BYTES;
    private static final int ARRAYS = 64;
    private static final int PER_RECORD = 4 * 8 + 4;
    private static final byte[] EMPTY = {};

    private final NativeIndex index;
    private final NativeMotr client;
    private final Request request;
    private final int count;
    private final Slot slot;
    private final ByteBuffer memory;
    private final int refusal;

    IndexFlight(NativeIndex index, NativeMotr client, Request request) {
        this.index = index;
        this.client = client;
        this.request = request;
        this.count = request.count();
        this.slot = client.slots().take(bytes());
        this.memory = slot.bytes();
        fill();
        refusal = LibMotr.m0_idx_op(
                index.address(),
                opcode(),
                slot.address() + KEYS,
                request instanceof Request.Delete ? 0 : slot.address() + VALUES,
                slot.address() + codes(),
                flags(),
                slot.operationOut());
        if (refusal == 0) {
            client.launch(slot.operationOut());
        } else {
            client.slots().giveBack(slot);
        }
    }

    private int opcode() {
        if (request instanceof Request.Get) {
            return Layouts.GET;
        } else if (request instanceof Request.Put) {
            return Layouts.PUT;
        } else if (request instanceof Request.Delete) {
            return Layouts.DEL;
        }
        return Layouts.NEXT;
    }

    private int flags() {
        if (request instanceof Request.Put put) {
            return (put.overwrite() ? Layouts.OVERWRITE : 0) | (put.durable() ? Layouts.SYNC_WAIT : 0);
        } else if (request instanceof Request.Delete delete) {
            return delete.durable() ? Layouts.SYNC_WAIT : 0;
        }
        return request instanceof Request.Next next && next.exclusive() ? Layouts.EXCLUDE_START_KEY : 0;
    }

    private boolean reads() {
        return request instanceof Request.Get || request instanceof Request.Next;
    }

    private int bytes() {
        long bytes = data();
        if (request instanceof Request.Put put) {
            bytes += put.bytes();
            for (IndexRecord record : put.records()) {
                bytes += isBulk(record.length()) ? Layouts.ALIGNMENT : 0;
            }
        } else if (request instanceof Request.Next next) {
            bytes += next.from().length;
        } else {
            for (byte[] key : keys()) {
                bytes += key.length;
            }
        }
        return Math.toIntExact(bytes);
    }

    private List<byte[]> keys() {
        return ((Request.Keyed) request).keys();
    }

    /** Copies the arguments in. */
    private void fill() {
        int at = data();
        for (int word = 0; word < at; word += 8) {
            memory.putLong(word, 0);
        }
        bufvec(KEYS, 0);
        bufvec(VALUES, 2);
        if (request instanceof Request.Put put) {
            for (int i = 0; i < count; i++) {
                IndexRecord record = put.records().get(i);
                at = buffer(0, i, record.key(), 0, record.key().length, at);
                at = buffer(2, i, record.data(), record.offset(), record.length(), aligned(at, record.length()));
            }
        } else if (request instanceof Request.Next next) {
            buffer(0, 0, next.from(), 0, next.from().length, at);
        } else {
            List<byte[]> keys = keys();
            for (int i = 0; i < count; i++) {
                at = buffer(0, i, keys.get(i), 0, keys.get(i).length, at);
            }
        }
    }

    /** Motr sends a value above half a message by a transfer of its own, which takes it from an aligned address alone. */
    private int aligned(int at, int length) {
        return isBulk(length) ? at + (int) Math.floorMod(-(slot.address() + at), (long) Layouts.ALIGNMENT) : at;
    }

    private static boolean isBulk(int length) {
        return length > Layouts.MESSAGE_BYTES / 2;
    }

    private void bufvec(int at, int array) {
        memory.putInt(at + Layouts.BUFVEC_COUNT, count);
        memory.putLong(at + Layouts.BUFVEC_LENGTHS, slot.address() + lengths(array));
        memory.putLong(at + Layouts.BUFVEC_BUFFERS, slot.address() + addresses(array));
    }

    /** Puts bytes behind the others and makes them a record's key (array 0) or value (array 2). */
    private int buffer(int array, int record, byte[] bytes, int offset, int length, int at) {
        memory.put(at, bytes, offset, length);
        memory.putLong(lengths(array) + 8 * record, length);
        memory.putLong(addresses(array) + 8 * record, slot.address() + at);
        return at + length;
    }

    private int lengths(int array) {
        return ARRAYS + array * 8 * count;
    }

    private int addresses(int array) {
        return ARRAYS + (array + 1) * 8 * count;
    }

    private int codes() {
        return ARRAYS + 4 * 8 * count;
    }

    private int data() {
        return (ARRAYS + count * PER_RECORD + 7) / 8 * 8;
    }

    @Override
    public boolean advance() {
        return refusal != 0 || client.looksEnded(slot.operation());
    }

    @Override
    public boolean comesToRest(long nanos) {
        return refusal != 0 || client.hasEnded(slot.operation(), nanos);
    }

    @Override
    public Reply await(long timeoutNanos, Runnable atLanding) {
        if (refusal != 0) {
            atLanding.run();
            return Reply.failed(refusal);
        }
        index.hold();
        Supplier<Reply> landing = () -> {
            try {
                return land();
            } finally {
                index.letGo();
                atLanding.run();
            }
        };
        return client.land(slot.operation(), timeoutNanos, landing, Reply.failed(Errno.ETIMEDOUT));
    }

    private Reply land() {
        int rc = client.finish(slot.operation());
        try {
            return reply(rc);
        } finally {
            client.slots().giveBack(slot);
        }
    }

    /** Makes a reply of what Motr left here, and frees what it allocated. */
    private Reply reply(int rc) {
        int[] rcs = new int[count];
        for (int i = 0; i < count; i++) {
            rcs[i] = memory.getInt(codes() + 4 * i);
        }
        if (!reads()) {
            return rc == 0 ? Reply.codes(rcs) : Reply.failed(rc);
        }
        byte[] @Nullable [] keys = new byte[count][];
        byte[] @Nullable [] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            byte[] value = take(2, i);
            byte[] key = request instanceof Request.Next ? take(0, i) : null;
            if (rc == 0 && rcs[i] == 0) {
                keys[i] = key;
                values[i] = value == null ? EMPTY : value; // Motr allocates nothing for an empty value
            }
        }
        return rc == 0 ? new Reply(0, rcs, keys, values) : Reply.failed(rc);
    }

    /** The bytes that Motr allocated for a record; null when it did not. */
    private byte @Nullable [] take(int array, int record) {
        long buffer = memory.getLong(addresses(array) + 8 * record);
        boolean ours = buffer >= slot.address() && buffer < slot.address() + slot.capacity();
        if (buffer == 0 || ours) {
            return null;
        }
        return slot.take(buffer, Math.toIntExact(memory.getLong(lengths(array) + 8 * record)));
    }
}
