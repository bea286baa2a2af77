package io.motrds.layers;

import io.motrds.api.Batch;
import io.motrds.api.BatchException;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** A store in memory that notes what it is asked and fails when it is told to. */
final class FaultyStore implements Datastore {

    /** What to do with a call: fail before or after it took effect, or, for a query or batch, in the midst of it. */
    private record Fault(DatastoreException failure, boolean tookEffect, int after) {}

    private final Datastore memory = Datastores.open(Map.of("type", "mem"));
    private final Map<Operation, Deque<Fault>> faults = new EnumMap<>(Operation.class);
    private final Map<Class<? extends Feature>, Feature> features = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Limits limits = memory.limits();
    private Set<QueryPart> parts = EnumSet.allOf(QueryPart.class);
    private RuntimeException failureOfClose;
    private int entriesRead;
    private int openResults;
    private boolean closed;

    static DatastoreException unavailable(String what) {
        return new DatastoreUnavailableException(what);
    }

    /** The next calls of this kind fail, as many as there are failures. */
    FaultyStore failing(Operation operation, DatastoreException... failures) {
        return faulty(operation, false, 0, failures);
    }

    /** The next calls of this kind take effect and fail nevertheless. */
    FaultyStore failingAfterEffect(Operation operation, DatastoreException... failures) {
        return faulty(operation, true, 0, failures);
    }

    /** The next queries fail after this many entries; the next commits after this many writes, naming no more keys. */
    FaultyStore failingAfter(int count, Operation operation, DatastoreException... failures) {
        return faulty(operation, false, count, failures);
    }

    private FaultyStore faulty(Operation operation, boolean tookEffect, int after, DatastoreException... failures) {
        for (DatastoreException failure : failures) {
            faults.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(new Fault(failure, tookEffect, after));
        }
        return this;
    }

    FaultyStore failingToClose(RuntimeException failure) {
        failureOfClose = failure;
        return this;
    }

    FaultyStore limited(int maxKeyBytes) {
        limits = new Limits(maxKeyBytes, memory.limits().maxValueBytes());
        return this;
    }

    FaultyStore natively(Set<QueryPart> natively) {
        parts = natively;
        return this;
    }

    <F extends Feature> FaultyStore with(Class<F> type, F feature) {
        features.put(type, feature);
        return this;
    }

    /** What was asked since the last time, as in {@code put /a}. */
    List<String> calls() {
        List<String> noted = List.copyOf(calls);
        calls.clear();
        return noted;
    }

    int entriesRead() {
        return entriesRead;
    }

    int openResults() {
        return openResults;
    }

    boolean isClosed() {
        return closed;
    }

    private Fault next(Operation operation) {
        Deque<Fault> queue = faults.getOrDefault(operation, new ArrayDeque<>());
        return queue.poll();
    }

    private <T> T call(Operation operation, Object subject, Supplier<T> call) {
        calls.add(operation + " " + subject);
        Fault fault = next(operation);
        T result = fault == null || fault.tookEffect() ? call.get() : null;
        if (fault != null) {
            throw fault.failure();
        }
        return result;
    }

    private void run(Operation operation, Object subject, Runnable call) {
        call(operation, subject, () -> {
            call.run();
            return "";
        });
    }

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Set<QueryPart> nativeQueryParts() {
        return parts;
    }

    @Override
    public Optional<byte[]> get(Key key) {
        limits.check(key);
        return call(Operation.GET, key, () -> memory.get(key));
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        keys.forEach(limits::check);
        return call(Operation.GET_ALL, keys, () -> memory.getAll(keys));
    }

    @Override
    public boolean has(Key key) {
        return call(Operation.HAS, key, () -> memory.has(key));
    }

    @Override
    public OptionalLong size(Key key) {
        return call(Operation.SIZE, key, () -> memory.size(key));
    }

    @Override
    public void put(Key key, byte[] value) {
        limits.check(key);
        run(Operation.PUT, key, () -> memory.put(key, value));
    }

    @Override
    public void delete(Key key) {
        run(Operation.DELETE, key, () -> memory.delete(key));
    }

    @Override
    public void sync(Key prefix) {
        run(Operation.SYNC, prefix, () -> memory.sync(prefix));
    }

    @Override
    public QueryResults query(Query query) {
        calls.add("query " + query.prefix());
        Fault fault = next(Operation.QUERY);
        if (fault != null && fault.after() == 0) {
            throw fault.failure();
        }
        openResults++;
        return new FaultyResults(memory.query(query), fault);
    }

    @Override
    public Batch batch() {
        return new FaultyBatch();
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return Optional.ofNullable(type.cast(features.get(type)));
    }

    @Override
    public void close() {
        closed = true;
        memory.close();
        if (failureOfClose != null) {
            throw failureOfClose;
        }
    }

    private final class FaultyResults implements QueryResults {
        private final QueryResults results;
        private final Fault fault;
        private int shown;
        private boolean resultsClosed;

        FaultyResults(QueryResults results, Fault fault) {
            this.results = results;
            this.fault = fault;
        }

        @Override
        public boolean hasNext() {
            if (fault != null && shown == fault.after()) {
                throw fault.failure();
            }
            return results.hasNext();
        }

        @Override
        public Entry next() {
            shown++;
            entriesRead++;
            return results.next();
        }

        @Override
        public void close() {
            if (!resultsClosed) {
                resultsClosed = true;
                openResults--;
            }
            results.close();
        }
    }

    private final class FaultyBatch implements Batch {
        private final Map<Key, byte[]> writes = new LinkedHashMap<>();

        @Override
        public void put(Key key, byte[] value) {
            call(Operation.BATCH_PUT, key, () -> writes.put(key, value.clone()));
        }

        @Override
        public void delete(Key key) {
            call(Operation.BATCH_DELETE, key, () -> writes.put(key, null));
        }

        @Override
        public void commit() {
            calls.add("batchcommit " + writes.keySet());
            Fault fault = next(Operation.BATCH_COMMIT);
            if (fault == null || fault.tookEffect()) {
                writes.forEach(this::apply);
            } else if (fault.after() > 0) {
                List<Key> keys = new ArrayList<>(writes.keySet());
                keys.subList(0, fault.after()).forEach(key -> apply(key, writes.get(key)));
                List<Key> left = keys.subList(fault.after(), keys.size());
                throw new BatchException(name(), left, List.of(), fault.failure());
            }
            if (fault != null) {
                throw fault.failure();
            }
        }

        private void apply(Key key, byte[] value) {
            if (value == null) {
                memory.delete(key);
            } else {
                memory.put(key, value);
            }
        }

        @Override
        public void close() {}
    }
}
