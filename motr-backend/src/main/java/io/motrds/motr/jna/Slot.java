package io.motrds.motr.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import io.motrds.motr.Request.IndexRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one operation: its arguments, copied, and room for return codes. It must stay as it is until Motr has
 * finished the operation. Reused for later ones; freed by its owner, never by the garbage collector.
 *
 * <p>The layout: the operation's address, two m0_bufvecs, then for each record two lengths, two addresses and a code,
 * then the bytes of keys and values.
 */
final class Slot {
    private static final int KEYS = 8;
    private static final int VALUES = KEYS + Layouts.BUFVEC_BYTES;
    private static final int ARRAYS = 64;
    private static final int PER_RECORD = 4 * 8 + 4;

    private final long address;
    private final ByteBuffer memory;
    private int count;

    private Slot(int bytes) {
        address = Native.malloc(bytes);
        if (address == 0) {
            throw new OutOfMemoryError("no native memory for " + bytes + " bytes");
        }
        memory = new Pointer(address).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }

    /** A slot of at least so many bytes. */
    static Slot ofAtLeast(int bytes) {
        return new Slot(Math.max(4096, Integer.highestOneBit(bytes - 1) << 1));
    }

    /** What a request takes. */
    static int bytesFor(Request request) {
        long bytes = ARRAYS + (long) request.count() * PER_RECORD + 8;
        if (request instanceof Request.Put put) {
            bytes += put.bytes();
        } else if (request instanceof Request.Get get) {
            bytes += sum(get.keys());
        } else if (request instanceof Request.Delete delete) {
            bytes += sum(delete.keys());
        } else if (request instanceof Request.Next next) {
            bytes += next.from().length;
        }
        return Math.toIntExact(bytes);
    }

    private static long sum(List<byte[]> keys) {
        long sum = 0;
        for (byte[] key : keys) {
            sum += key.length;
        }
        return sum;
    }

    int capacity() {
        return memory.capacity();
    }

    void free() {
        Native.free(address);
    }

    /** Copies a request's arguments in. */
    void fill(Request request) {
        count = request.count();
        int data = ARRAYS + count * PER_RECORD + 8;
        for (int at = 0; at < data; at += 8) {
            memory.putLong(Math.min(at, data - 8), 0);
        }
        bufvec(KEYS, 0);
        bufvec(VALUES, 2);
        if (request instanceof Request.Put put) {
            for (int i = 0; i < count; i++) {
                IndexRecord record = put.records().get(i);
                data = buffer(0, i, record.key(), 0, record.key().length, data);
                data = buffer(2, i, record.data(), record.offset(), record.length(), data);
            }
        } else if (request instanceof Request.Next next) {
            buffer(0, 0, next.from(), 0, next.from().length, data);
        } else {
            List<byte[]> keys = request instanceof Request.Get get ? get.keys() : ((Request.Delete) request).keys();
            for (int i = 0; i < count; i++) {
                data = buffer(0, i, keys.get(i), 0, keys.get(i).length, data);
            }
        }
    }

    private void bufvec(int at, int array) {
        memory.putInt(at + Layouts.BUFVEC_COUNT, count);
        memory.putLong(at + Layouts.BUFVEC_LENGTHS, address + lengths(array));
        memory.putLong(at + Layouts.BUFVEC_BUFFERS, address + addresses(array));
    }

    /** Puts bytes behind the others and makes them a record's key (array 0) or value (array 2). */
    private int buffer(int array, int record, byte[] bytes, int offset, int length, int at) {
        memory.put(at, bytes, offset, length);
        memory.putLong(lengths(array) + 8 * record, length);
        memory.putLong(addresses(array) + 8 * record, address + at);
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

    long keys() {
        return address + KEYS;
    }

    long values() {
        return address + VALUES;
    }

    long returnCodes() {
        return address + codes();
    }

    /** Where Motr puts the operation's address. */
    long operationOut() {
        return address;
    }

    /** The operation's address, once it has one. */
    long operation() {
        return memory.getLong(0);
    }

    /** Makes a reply of what Motr left here, and frees what it allocated. */
    Reply reply(Request request, int rc) {
        boolean reads = request instanceof Request.Get || request instanceof Request.Next;
        int[] rcs = new int[count];
        byte[] @Nullable [] keys = reads ? new byte[count][] : new byte[0][];
        byte[] @Nullable [] values = reads ? new byte[count][] : new byte[0][];
        for (int i = 0; i < count; i++) {
            rcs[i] = memory.getInt(codes() + 4 * i);
            if (reads) {
                values[i] = take(2, i);
            }
            if (request instanceof Request.Next) {
                keys[i] = take(0, i);
            }
            if (reads && (rc != 0 || rcs[i] != 0)) {
                keys[i] = null;
                values[i] = null;
            }
        }
        return rc == 0 ? new Reply(0, rcs, keys, values) : Reply.failed(rc);
    }

    /** The bytes that Motr allocated for a record; null when it did not. */
    private byte @Nullable [] take(int array, int record) {
        long buffer = memory.getLong(addresses(array) + 8 * record);
        boolean ours = buffer >= address && buffer < address + memory.capacity();
        if (buffer == 0 || ours) {
            return null;
        }
        int length = Math.toIntExact(memory.getLong(lengths(array) + 8 * record));
        byte[] bytes = new Pointer(buffer).getByteArray(0, length);
        LibMotr.m0_free(buffer);
        return bytes;
    }
}
