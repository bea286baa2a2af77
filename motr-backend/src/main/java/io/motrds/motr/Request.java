package io.motrds.motr;

import java.util.List;

/** An operation on a Motr index, with many keys. The arrays must not change until the reply came. */
public sealed interface Request {

    /** A record to be written: the value is a part of an array. */
    record IndexRecord(byte[] key, byte[] data, int offset, int length) {
        static IndexRecord of(byte[] key, byte[] value) {
            return new IndexRecord(key, value, 0, value.length);
        }
    }

    /** How many records the operation is about. */
    int count();

    /** The bytes that it keeps busy while in flight: what is sent, or an estimate of what is received. */
    long bytes();

    /** The same operation on some of its records. */
    Request part(int from, int to);

    /** An operation on records that are named by their keys. */
    sealed interface Keyed extends Request {
        /** The keys, in the order of the reply. */
        List<byte[]> keys();

        /** Whether one operation can do what both do. */
        boolean joins(Keyed other);

        /** One operation that does what several do, which join each other. */
        static Keyed join(List<Keyed> requests) {
            if (requests.get(0) instanceof Put put) {
                List<IndexRecord> records = requests.stream()
                        .flatMap(request -> ((Put) request).records.stream())
                        .toList();
                return new Put(records, put.overwrite, put.durable);
            }
            List<byte[]> keys = requests.stream()
                    .flatMap(request -> request.keys().stream())
                    .toList();
            if (requests.get(0) instanceof Delete delete) {
                return new Delete(keys, delete.durable);
            }
            long bytes = requests.stream().mapToLong(Request::bytes).sum();
            return new Get(keys, Math.toIntExact((bytes + keys.size() - 1) / keys.size()));
        }
    }

    /** Reads the values of keys, which are not larger than {@code expectedBytes}, or on average not. */
    record Get(List<byte[]> keys, int expectedBytes) implements Keyed {
        @Override
        public boolean joins(Keyed other) {
            return other instanceof Get;
        }

        @Override
        public int count() {
            return keys.size();
        }

        @Override
        public long bytes() {
            return (long) keys.size() * expectedBytes;
        }

        @Override
        public Request part(int from, int to) {
            return new Get(keys.subList(from, to), expectedBytes);
        }
    }

    /**
     * Writes records. Without {@code overwrite} an existing key's code is -17. {@code durable}: the reply comes when
     * the records are persistent.
     */
    record Put(List<IndexRecord> records, boolean overwrite, boolean durable) implements Keyed {
        @Override
        public List<byte[]> keys() {
            return records.stream().map(IndexRecord::key).toList();
        }

        @Override
        public boolean joins(Keyed other) {
            return other instanceof Put put && put.overwrite == overwrite && put.durable == durable;
        }

        @Override
        public int count() {
            return records.size();
        }

        @Override
        public long bytes() {
            long sum = 0;
            for (IndexRecord record : records) {
                sum += record.key.length + record.length;
            }
            return sum;
        }

        @Override
        public Request part(int from, int to) {
            return new Put(records.subList(from, to), overwrite, durable);
        }
    }

    /** Deletes keys. A missing key's code is -2. */
    record Delete(List<byte[]> keys, boolean durable) implements Keyed {
        @Override
        public boolean joins(Keyed other) {
            return other instanceof Delete delete && delete.durable == durable;
        }

        @Override
        public int count() {
            return keys.size();
        }

        @Override
        public long bytes() {
            return 64L * keys.size();
        }

        @Override
        public Request part(int from, int to) {
            return new Delete(keys.subList(from, to), durable);
        }
    }

    /**
     * Reads records in key order: from a key on, or strictly behind it. {@code expectedBytes} is the size of the largest
     * record that may come. Past the end codes are -2.
     */
    record Next(byte[] from, boolean exclusive, int count, int expectedBytes) implements Request {
        @Override
        public long bytes() {
            return (long) count * expectedBytes;
        }

        @Override
        public Request part(int start, int to) {
            return new Next(from, exclusive, to - start, expectedBytes);
        }
    }

    /**
     * An operation on an object, which holds the value of one generation. Its code is {@link Errno#NO_POOL} when the
     * cluster does not know the pool version of its name.
     */
    sealed interface OnObject extends Request {
        /** The object's name. */
        ObjectName name();

        @Override
        default int count() {
            return 1;
        }

        @Override
        default Request part(int from, int to) {
            return this;
        }
    }

    /** Writes an object, which need not exist; the reply comes when it is persistent. */
    record StoreObject(ObjectName name, byte[] data) implements OnObject {
        @Override
        public long bytes() {
            return data.length;
        }
    }

    /**
     * Reads the beginning of an object into an array, which is filled when the reply's code is 0. -2 when there is no such
     * object.
     */
    record LoadObject(ObjectName name, byte[] into) implements OnObject {
        @Override
        public long bytes() {
            return into.length;
        }
    }

    /** Deletes an object, if there is one. */
    record DropObject(ObjectName name) implements OnObject {
        @Override
        public long bytes() {
            return 1;
        }
    }
}
