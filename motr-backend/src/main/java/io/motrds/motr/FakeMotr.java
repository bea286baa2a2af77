package io.motrds.motr;

import io.motrds.motr.Request.Delete;
import io.motrds.motr.Request.Get;
import io.motrds.motr.Request.IndexRecord;
import io.motrds.motr.Request.LoadObject;
import io.motrds.motr.Request.Next;
import io.motrds.motr.Request.OnObject;
import io.motrds.motr.Request.Put;
import io.motrds.motr.Request.StoreObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Motr cluster in memory: the return codes, key order and limits that a real one of today has, so that the production
 * code can be tried and tested without a cluster. What ends a server or a client process there is a {@link Panic} here;
 * what fails there without saying so does so here.
 *
 * <p>Thread-safe.
 */
final class FakeMotr {

    /** What ends a real server or client: a call broke one of Motr's limits. After one, every call is a panic. */
    static final class Panic extends Error {
        private static final long serialVersionUID = 1L;

        Panic(String message) {
            super("Motr would have panicked: " + message);
        }
    }

    /**
     * What a version of Motr survives.
     *
     * @param recordBytes key and value of a record, on a server
     * @param readValueBytes a value that is read by its key, in a client
     * @param deletedBytes values deleted by one operation, which a server copies into one log record
     */
    record Version(int recordBytes, int readValueBytes, int deletedBytes) {
        /** Since July 2022. */
        static final Version HEAD = new Version(32_600, 65_535, 261_700);
        /** Before the three limits came, one by one, from September 2021 to July 2022. */
        static final Version OF_2021 = new Version(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Bytes of one message. */
    static final int MAX_MESSAGE_BYTES = 131_072;
    /** A larger value goes past the message, by a transfer of its own. */
    private static final int MAX_INLINE_BYTES = MAX_MESSAGE_BYTES / 2;
    /** A larger value ends the client when it is listed from a key that does not exist. */
    static final int MAX_LISTED_VALUE_BYTES = 65_535;
    /** Records in one fragment of a put, of which the server makes one transaction. */
    static final int MAX_PUT_RECORDS = 40;
    /** The longest key that was tried. */
    static final int MAX_KEY_BYTES = 4_096;
    /** What a record takes in a message besides its key and value, rounded up. */
    private static final int RECORD_OVERHEAD = 64;

    /** What goes wrong with one operation. */
    enum Fault {
        /** -110, and the operation took effect. */
        TIMED_OUT_LANDED,
        /** -110, and the operation never takes effect. */
        TIMED_OUT_LOST,
        /** -110, and the operation takes effect at {@link #landLate}. */
        TIMED_OUT_LATE,
        /** -113 for the whole operation, no effect. */
        UNREACHABLE,
        /** -5 for the whole operation, no effect. */
        IO_ERROR,
        /** -5 for each record of the second half; the first half took effect. */
        HALF_FAILED,
        /** The records that are read are there, but empty. */
        READS_EMPTY,
        /** An answer after 50 ms. */
        SLOW,
        /** The cluster is gone: no operation has an effect or ends; each wait lasts until its time is up. */
        GONE,
        /** The process dies here: this and every later operation has no effect and no answer. */
        DIES
    }

    private record Planned(Predicate<Request> when, Fault fault) {}

    private final int nodes;
    private final Version version;
    private final Map<Fid, Table> tables = new ConcurrentHashMap<>();
    private final Set<Fid> poolVersions = ConcurrentHashMap.newKeySet(); // the one that is used now among them
    private volatile Fid poolVersion = new Fid(((long) Fid.POOL_VERSION << 56) | 1, 10);
    private final Map<ObjectName, byte[]> objects = new ConcurrentHashMap<>();
    private final Queue<Planned> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tooLarge = new AtomicInteger();
    private volatile @Nullable Panic panic;
    private volatile boolean dead;
    private volatile boolean gone;

    FakeMotr(int nodes) {
        this(nodes, Version.HEAD);
    }

    FakeMotr(int nodes, Version version) {
        this.nodes = nodes;
        this.version = version;
        poolVersions.add(poolVersion);
    }

    /** The index of an identifier, whether it exists or not. */
    MotrIndex index(Fid fid) {
        return new Index(fid);
    }

    /** Plans a fault for the next operation that meets the condition. */
    void plan(Fault fault, Predicate<Request> when) {
        faults.add(new Planned(when, fault));
    }

    /** Lets the operations land that were planned to do so late. */
    void landLate() {
        for (Runnable operation = late.poll(); operation != null; operation = late.poll()) {
            operation.run();
        }
    }

    /** Servers lose power: what was not durable is gone. Clients that died may come back. */
    void crash() {
        tables.values().forEach(Table::forget);
        faults.clear();
        dead = false;
        gone = false;
        landLate();
    }

    /** How many records of an index have keys that start so. */
    long count(Fid fid, byte[] prefix) {
        Table table = tables.get(fid);
        return table == null ? 0 : table.count(prefix);
    }

    /** Changes a record behind the back of the store; null deletes it. */
    void tamper(Fid fid, byte[] key, byte @Nullable [] value) {
        Table table = tables.get(fid);
        if (table != null) {
            table.set(key, value, true);
        }
    }

    /** Puts new objects into another pool version, as after the loss of a device, or nowhere. */
    void use(Fid newPoolVersion) {
        if (!newPoolVersion.equals(ObjectName.NOWHERE)) {
            poolVersions.add(newPoolVersion);
        }
        poolVersion = newPoolVersion;
    }

    /** Knows a pool version no longer, as a cluster that is configured anew. */
    void forget(Fid oldPoolVersion) {
        poolVersions.remove(oldPoolVersion);
    }

    /** The objects of the cluster. */
    Map<ObjectName, byte[]> objects() {
        return objects;
    }

    /** How often a node's next records did not fit its reply, so that they were missing from it. */
    int tooLarge() {
        return tooLarge.get();
    }

    /** The keys of an index that start so. */
    List<byte[]> keys(Fid fid, byte[] prefix) {
        Table table = tables.get(fid);
        return table == null ? List.of() : table.keys(prefix);
    }

    /** The value of a record, or null. */
    byte @Nullable [] value(Fid fid, byte[] key) {
        Table table = tables.get(fid);
        return table == null ? null : table.get(key);
    }

    private Panic panicked(String message) {
        Panic first = panic;
        if (first == null) {
            first = new Panic(message);
            panic = first;
        }
        return first;
    }

    /** The records of one index, and those that survive a crash. */
    private static final class Table {
        private NavigableMap<byte[], byte[]> live = new TreeMap<>(Arrays::compareUnsigned);
        private final NavigableMap<byte[], byte[]> durable = new TreeMap<>(Arrays::compareUnsigned);

        synchronized byte @Nullable [] get(byte[] key) {
            return live.get(key);
        }

        synchronized void set(byte[] key, byte @Nullable [] value, boolean persistent) {
            if (value == null) {
                live.remove(key);
            } else {
                live.put(key, value);
            }
            if (persistent && value == null) {
                durable.remove(key);
            } else if (persistent && value != null) {
                durable.put(key, value);
            }
        }

        synchronized int put(IndexRecord record, boolean overwrite, boolean persistent) {
            if (!overwrite && live.containsKey(record.key())) {
                return Errno.EEXIST;
            }
            byte[] value = Arrays.copyOfRange(record.data(), record.offset(), record.offset() + record.length());
            set(record.key().clone(), value, persistent);
            return 0;
        }

        synchronized int delete(byte[] key, boolean persistent) {
            if (!live.containsKey(key)) {
                return Errno.ENOENT;
            }
            set(key, null, persistent);
            return 0;
        }

        synchronized List<Map.Entry<byte[], byte[]>> next(byte[] from, boolean exclusive, int node, int nodes, int n) {
            List<Map.Entry<byte[], byte[]>> found = new ArrayList<>();
            for (Map.Entry<byte[], byte[]> entry :
                    live.tailMap(from, !exclusive).entrySet()) {
                if (found.size() == n) {
                    break;
                }
                if (node(entry.getKey(), nodes) == node) {
                    found.add(Map.entry(entry.getKey(), entry.getValue()));
                }
            }
            return found;
        }

        synchronized long deletedBytes(List<byte[]> keys) {
            long sum = 0;
            for (byte[] key : keys) {
                byte[] value = live.get(key);
                sum += value == null ? 0 : value.length;
            }
            return sum;
        }

        synchronized void persist() {
            durable.clear();
            durable.putAll(live);
        }

        synchronized void forget() {
            live = new TreeMap<>(durable);
        }

        synchronized long count(byte[] prefix) {
            return keys(prefix).size();
        }

        synchronized List<byte[]> keys(byte[] prefix) {
            List<byte[]> keys = new ArrayList<>();
            for (byte[] key : live.tailMap(prefix, true).keySet()) {
                if (Arrays.mismatch(key, 0, Math.min(key.length, prefix.length), prefix, 0, prefix.length) >= 0) {
                    break;
                }
                keys.add(key.clone());
            }
            return keys;
        }
    }

    private static int node(byte[] key, int nodes) {
        return Math.floorMod(Arrays.hashCode(key), nodes);
    }

    private final class Index implements MotrIndex {
        private final Fid fid;

        Index(Fid fid) {
            this.fid = fid;
        }

        @Override
        public Flight launch(Request request) {
            Panic first = panic;
            if (first != null) {
                throw first;
            }
            Fault fault = takeFault(request);
            if (fault == Fault.DIES) {
                dead = true;
            }
            if (fault == Fault.GONE) {
                gone = true;
            }
            if (gone) {
                return (timeoutNanos, atLanding) -> {
                    late.add(atLanding);
                    LockSupport.parkNanos(timeoutNanos);
                    return Reply.failed(Errno.ETIMEDOUT);
                };
            }
            if (dead || fault == Fault.TIMED_OUT_LOST) {
                return answered(Reply.failed(Errno.ETIMEDOUT));
            }
            if (fault == null) {
                return answered(run(request, null));
            }
            return switch (fault) {
                case TIMED_OUT_LATE -> {
                    late.add(() -> run(request, null));
                    yield answered(Reply.failed(Errno.ETIMEDOUT));
                }
                case TIMED_OUT_LANDED -> {
                    run(request, null);
                    yield answered(Reply.failed(Errno.ETIMEDOUT));
                }
                case UNREACHABLE -> answered(Reply.failed(Errno.EHOSTUNREACH));
                case IO_ERROR -> answered(Reply.failed(Errno.EIO));
                case READS_EMPTY -> answered(emptied(run(request, null)));
                case SLOW ->
                    (timeoutNanos, atLanding) -> {
                        LockSupport.parkNanos(50_000_000);
                        return answered(run(request, null)).await(timeoutNanos, atLanding);
                    };
                default -> answered(run(request, fault));
            };
        }

        private static Reply emptied(Reply reply) {
            byte[][] values = Arrays.stream(reply.values())
                    .map(value -> value == null ? null : new byte[0])
                    .toArray(byte[][]::new);
            return new Reply(reply.rc(), reply.rcs(), reply.keys(), values);
        }

        private static Flight answered(Reply reply) {
            return (timeoutNanos, atLanding) -> {
                atLanding.run();
                return reply;
            };
        }

        private @Nullable Fault takeFault(Request request) {
            Optional<Planned> first = faults.stream()
                    .filter(planned -> planned.when.test(request))
                    .findFirst();
            return first.isPresent() && faults.remove(first.get()) ? first.get().fault : null;
        }

        private Reply run(Request request, @Nullable Fault fault) {
            Table table = tables.get(fid);
            if (table == null) {
                return Reply.failed(Errno.ENOENT);
            }
            if (request instanceof OnObject onObject) {
                return object(onObject);
            } else if (request instanceof Get get) {
                return get(table, get);
            } else if (request instanceof Put put) {
                return put(table, put, fault);
            } else if (request instanceof Delete delete) {
                return delete(table, delete, fault);
            }
            return next(table, (Next) request);
        }

        private Reply object(OnObject request) {
            if (!poolVersions.contains(request.name().poolVersion())) {
                return Reply.failed(Errno.NO_POOL);
            }
            ObjectName id = request.name();
            if (request instanceof StoreObject store) {
                objects.put(id, store.data().clone());
                return Reply.codes(new int[1]);
            } else if (request instanceof LoadObject load) {
                byte[] data = objects.get(id);
                if (data == null) {
                    return Reply.codes(new int[] {Errno.ENOENT});
                }
                System.arraycopy(data, 0, load.into(), 0, Math.min(data.length, load.into().length));
                return Reply.codes(new int[1]);
            }
            objects.remove(id);
            return Reply.codes(new int[1]);
        }

        private Reply get(Table table, Get get) {
            byte[][] values = new byte[get.count()][];
            int[] rcs = new int[get.count()];
            long message = 0;
            for (int i = 0; i < rcs.length; i++) {
                byte[] value = table.get(get.keys().get(i));
                rcs[i] = value == null ? Errno.ENOENT : 0;
                if (value != null) {
                    values[i] = value.clone();
                    boolean inline = version.equals(Version.HEAD) || value.length <= MAX_INLINE_BYTES;
                    message += (inline ? value.length : 0) + RECORD_OVERHEAD;
                    if (value.length > version.readValueBytes) {
                        throw panicked("read a value of " + value.length + " bytes");
                    }
                }
            }
            return message > MAX_MESSAGE_BYTES
                    ? Reply.failed(Errno.EHOSTUNREACH)
                    : new Reply(0, rcs, new byte[rcs.length][], values);
        }

        private Reply put(Table table, Put put, @Nullable Fault fault) {
            for (IndexRecord record : put.records()) {
                if ((long) record.key().length + record.length() > version.recordBytes
                        || record.key().length > MAX_KEY_BYTES) {
                    throw panicked("wrote a record of " + record.key().length + " + " + record.length() + " bytes");
                }
            }
            int[] rcs = new int[put.count()];
            if (put.count() > MAX_PUT_RECORDS && put.bytes() / put.count() * MAX_PUT_RECORDS < MAX_MESSAGE_BYTES) {
                Arrays.fill(rcs, Errno.E2BIG);
                return Reply.codes(rcs);
            }
            for (int i = 0; i < rcs.length; i++) {
                rcs[i] = isFailed(fault, i, rcs.length)
                        ? Errno.EIO
                        : table.put(put.records().get(i), put.overwrite(), put.durable());
            }
            return Reply.codes(rcs);
        }

        private Reply delete(Table table, Delete delete, @Nullable Fault fault) {
            if (table.deletedBytes(delete.keys()) > version.deletedBytes) {
                throw panicked("deleted more than " + version.deletedBytes + " bytes in one operation");
            }
            int[] rcs = new int[delete.count()];
            for (int i = 0; i < rcs.length; i++) {
                rcs[i] = isFailed(fault, i, rcs.length)
                        ? Errno.EIO
                        : table.delete(delete.keys().get(i), delete.durable());
            }
            return Reply.codes(rcs);
        }

        private static boolean isFailed(@Nullable Fault fault, int i, int count) {
            return fault == Fault.HALF_FAILED && i >= count / 2;
        }

        /** Each node answers with as many records as were asked for; a reply that does not fit is as good as empty. */
        private Reply next(Table table, Next next) {
            NavigableMap<byte[], byte[]> merged = new TreeMap<>(Arrays::compareUnsigned);
            for (int node = 0; node < nodes; node++) {
                List<Map.Entry<byte[], byte[]>> found =
                        table.next(next.from(), next.exclusive(), node, nodes, next.count());
                long message = 0;
                for (Map.Entry<byte[], byte[]> entry : found) {
                    if (entry.getValue().length > MAX_LISTED_VALUE_BYTES && table.get(next.from()) == null) {
                        throw panicked("listed a value of " + entry.getValue().length + " bytes");
                    }
                    message += entry.getKey().length + entry.getValue().length + RECORD_OVERHEAD;
                }
                if (message > MAX_MESSAGE_BYTES) {
                    tooLarge.incrementAndGet();
                } else {
                    found.forEach(entry -> merged.put(entry.getKey(), entry.getValue()));
                }
            }
            int[] rcs = new int[next.count()];
            byte[][] keys = new byte[next.count()][];
            byte[][] values = new byte[next.count()][];
            Arrays.fill(rcs, Errno.ENOENT);
            int i = 0;
            for (Map.Entry<byte[], byte[]> entry : merged.entrySet()) {
                if (i == rcs.length) {
                    break;
                }
                rcs[i] = 0;
                keys[i] = entry.getKey().clone();
                values[i++] = entry.getValue().clone();
            }
            return new Reply(0, rcs, keys, values);
        }

        @Override
        public int create(long timeoutNanos) {
            return tables.putIfAbsent(fid, new Table()) == null ? 0 : Errno.EEXIST;
        }

        @Override
        public int lookUp(long timeoutNanos) {
            return tables.containsKey(fid) ? 0 : Errno.ENOENT;
        }

        @Override
        public int drop(long timeoutNanos) {
            return tables.remove(fid) == null ? Errno.ENOENT : 0;
        }

        @Override
        public int sync(long timeoutNanos) {
            Table table = tables.get(fid);
            if (gone || dead) {
                return Errno.ETIMEDOUT;
            }
            if (table != null) {
                table.persist();
            }
            return 0;
        }

        @Override
        public Fid poolVersion() {
            return poolVersion;
        }

        @Override
        public boolean isPersistent() {
            return false;
        }

        @Override
        public void close() {}
    }
}
