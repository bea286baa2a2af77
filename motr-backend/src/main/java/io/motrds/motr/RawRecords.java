package io.motrds.motr;

import io.motrds.motr.Pipeline.Route;
import io.motrds.motr.Request.IndexRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Single records of an index, read and written within what the Motr at hand survives. Nothing is checked here: who calls
 * keeps to {@link Sizing}.
 */
record RawRecords(Route route, Sizing sizing) {
    private static final int PUT_BYTES = 1 << 20;

    /** Gets the value of the key that was given in this place; null when there is no such record. */
    @FunctionalInterface
    interface Reader {
        void accept(int place, byte @Nullable [] value);
    }

    /** Gets what became of the record or key that was given in this place: 0 or a negative errno. */
    @FunctionalInterface
    interface Outcome {
        void accept(int place, int rc);
    }

    RawRecords forOneCall() {
        return new RawRecords(route.forOneCall(), sizing);
    }

    /** The value of a record; null when there is none. */
    byte @Nullable [] get(byte[] key) {
        byte[][] found = new byte[1][];
        get(List.of(key), (place, value) -> found[0] = value);
        return found[0];
    }

    /**
     * Reads many records.
     *
     * @throws io.motrds.api.DatastoreException if one of them cannot be read
     */
    void get(List<byte[]> keys, Reader each) {
        try (Pipeline pipeline = new Pipeline(route)) {
            int most = sizing.rawRecordsPerGet();
            for (int from = 0; from < keys.size(); from += most) {
                int start = from;
                List<byte[]> group = keys.subList(from, Math.min(keys.size(), from + most));
                pipeline.submit(new Request.Get(group, sizing.recordBytes()), reply -> {
                    require(Values.firstFailure(reply, true), "reading records");
                    for (int i = 0; i < group.size(); i++) {
                        each.accept(start + i, reply.values()[i]);
                    }
                });
            }
            pipeline.drain();
        }
    }

    /** Writes records, and tells what became of each. */
    void put(List<IndexRecord> records, boolean overwrite, boolean durable, Outcome each) {
        Noted outcome = new Noted(each);
        try (Pipeline pipeline = new Pipeline(route)) {
            int from = 0;
            while (from < records.size()) {
                int to = from;
                long bytes = 0;
                do {
                    bytes += records.get(to).key().length + records.get(to).length();
                    to++;
                } while (to < records.size() && to - from < sizing.recordsPerOperation() && bytes < PUT_BYTES);
                submit(pipeline, new Request.Put(records.subList(from, to), overwrite, durable), from, outcome);
                from = to;
            }
            pipeline.drain();
        }
    }

    /**
     * Writes a record that is new, durably: 0, or a negative errno, -17 when there is one already. When Motr was asked more
     * than once, an earlier attempt may have landed although its answer said otherwise: what is there then, and equals what
     * was to be written, is taken for that.
     */
    int create(IndexRecord record) {
        int[] rc = new int[1];
        long before = route.window().entered();
        put(List.of(record), false, true, (place, code) -> rc[0] = code);
        boolean again = route.window().entered() - before > 1;
        return rc[0] == Errno.EEXIST && again && holds(record) ? 0 : rc[0];
    }

    private boolean holds(IndexRecord record) {
        byte[] found = get(record.key());
        return found != null
                && Arrays.equals(
                        found, 0, found.length, record.data(), record.offset(), record.offset() + record.length());
    }

    /** Deletes records, and tells what became of each; -2 is one that was not there. */
    void delete(List<byte[]> keys, boolean durable, Outcome each) {
        Noted outcome = new Noted(each);
        try (Pipeline pipeline = new Pipeline(route)) {
            int most = sizing.rawRecordsPerDelete();
            for (int from = 0; from < keys.size(); from += most) {
                List<byte[]> group = keys.subList(from, Math.min(keys.size(), from + most));
                submit(pipeline, new Request.Delete(group, durable), from, outcome);
            }
            pipeline.drain();
        }
    }

    /** Outcomes, and whether one of them says that further operations would only wait, too. */
    private static final class Noted {
        private final Outcome each;
        private boolean hopeless;

        Noted(Outcome each) {
            this.each = each;
        }

        void note(int place, int rc) {
            hopeless |= rc == Errno.ETIMEDOUT || rc == Errno.NO_ROOM;
            each.accept(place, rc);
        }
    }

    private static void submit(Pipeline pipeline, Request request, int start, Noted outcome) {
        if (outcome.hopeless) {
            for (int i = 0; i < request.count(); i++) {
                outcome.note(start + i, Errno.NO_ROOM);
            }
            return;
        }
        pipeline.submit(request, reply -> {
            int whole = reply.rc() == Errno.ENOENT ? Errno.NO_INDEX : reply.rc();
            for (int i = 0; i < request.count(); i++) {
                outcome.note(start + i, whole != 0 ? whole : reply.rcs()[i]);
            }
        });
    }

    /** The records behind a key, a page of them; empty at the end. */
    List<IndexRecord> next(byte[] from, boolean exclusive) {
        int count = sizing.rawRecordsPerGet();
        List<IndexRecord> page = next(from, exclusive, count);
        // Motr answers what does not fit a message as if nothing were left: the end is believed of one record alone
        return page.isEmpty() && count > 1 ? next(from, exclusive, 1) : page;
    }

    private List<IndexRecord> next(byte[] from, boolean exclusive, int count) {
        Reply reply = Pipeline.call(route, new Request.Next(from, exclusive, count, sizing.recordBytes()));
        require(Values.firstFailure(reply, true), "listing records");
        List<IndexRecord> page = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = reply.keys()[i];
            byte[] value = reply.values()[i];
            if (key != null && value != null) {
                page.add(IndexRecord.of(key, value));
            }
        }
        return page;
    }

    private void require(int rc, String doing) {
        if (rc != 0) {
            throw Errno.toException(rc, route.store(), doing);
        }
    }
}
