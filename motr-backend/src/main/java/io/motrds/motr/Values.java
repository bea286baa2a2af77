package io.motrds.motr;

import io.motrds.motr.DirectoryRecord.Home;
import io.motrds.motr.Request.IndexRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Writes, reads and deletes the data of values: objects, and pieces that every Motr survives. Knows nothing of the
 * directory.
 *
 * @param route the way to the index
 * @param limits what one record and one operation may hold
 * @param objectsAbove values larger than this many bytes become objects
 * @param reads lets readers of values of one piece each share operations
 */
record Values(Pipeline.Route route, Sizing limits, int objectsAbove, Coalescer reads) {

    /** The values of a store. */
    Values(Pipeline.Route route, Sizing limits, int objectsAbove) {
        this(route, limits, objectsAbove, new Coalescer(limits.directoryRecordsPerGet(), limits.messageBytes()));
    }

    /** The same values by another way. */
    Values on(Pipeline.Route way) {
        return new Values(way, limits, objectsAbove, reads);
    }

    /** What the directory will say about a value that is stored under this name. */
    DirectoryRecord plan(byte[] value, ObjectName name) {
        return value.length > objectsAbove
                ? DirectoryRecord.object(value, name)
                : DirectoryRecord.chunks(value, name.generation(), limits.chunkBytes());
    }

    /** Stores a value where its record says, durably. The consumer gets 0, or the first code that was not. */
    void write(Pipeline pipeline, DirectoryRecord record, byte[] value, IntConsumer done) {
        if (record.home() instanceof Home.InObject object) {
            pipeline.submit(
                    new Request.StoreObject(object.name(), value), reply -> done.accept(firstFailure(reply, false)));
        } else if (record.home() instanceof Home.Chunks chunks) {
            writeChunks(pipeline, value, chunks.generation(), done);
        }
    }

    private void writeChunks(Pipeline pipeline, byte[] value, Generation generation, IntConsumer done) {
        int chunkBytes = limits.chunkBytes();
        List<IndexRecord> records = new ArrayList<>();
        for (int number = 0, at = 0; at < value.length; number++, at += chunkBytes) {
            byte[] key = Layout.chunkKey(generation, number);
            records.add(new IndexRecord(key, value, at, Math.min(chunkBytes, value.length - at)));
        }
        List<List<IndexRecord>> groups = groups(records, limits.chunksPerPut());
        Tally tally = new Tally(groups.size(), done);
        for (List<IndexRecord> group : groups) {
            // the generation is ours alone: overwriting makes the operation repeatable. Not shared: that made puts of
            // 4 KiB on 8 threads slower, and on 32 no faster
            pipeline.submit(new Request.Put(group, true, true), tally::add);
        }
    }

    /**
     * Reads a value from where its record says. The consumer gets 0 and the value has been filled in, or the first code
     * that was not; -2 when a piece is missing or of the wrong size.
     */
    void read(Pipeline pipeline, DirectoryRecord record, byte[] into, IntConsumer done) {
        if (record.home() instanceof Home.InObject object) {
            pipeline.submit(
                    new Request.LoadObject(object.name(), into), reply -> done.accept(firstFailure(reply, false)));
            return;
        }
        Home.Chunks home = (Home.Chunks) record.home();
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < record.chunkCount(); number++) {
            numbers.add(number);
        }
        List<List<Integer>> groups = groups(numbers, limits.chunksPerGet(home.chunkBytes()));
        Tally tally = new Tally(groups.size(), done);
        for (List<Integer> group : groups) {
            List<byte[]> keys = new ArrayList<>();
            group.forEach(number -> keys.add(Layout.chunkKey(home.generation(), number)));
            int largest = (int) Math.min(home.chunkBytes(), record.size());
            pipeline.submit(new Request.Get(keys, largest), reads, reply -> {
                boolean complete = reply.rc() != 0 || fill(reply, group.get(0), home.chunkBytes(), into);
                tally.add(complete ? reply : Reply.codes(new int[] {Errno.ENOENT}));
            });
        }
    }

    private static boolean fill(Reply reply, int first, int chunkBytes, byte[] into) {
        for (int i = 0; i < reply.rcs().length; i++) {
            byte[] piece = reply.values()[i];
            int at = (first + i) * chunkBytes;
            if (piece != null) {
                if (piece.length != Math.min(chunkBytes, into.length - at)) {
                    return false;
                }
                System.arraycopy(piece, 0, into, at, piece.length);
            }
        }
        return true;
    }

    /** Deletes the data of a record, then its entry in the registry. The consumer gets 0 or the first other code. */
    void delete(Pipeline pipeline, DirectoryRecord record, IntConsumer done) {
        if (!(record.home() instanceof Home.Outside outside)) {
            return;
        }
        IntConsumer last = rc -> {
            if (rc == 0) {
                List<byte[]> entry = List.of(Layout.registryKey(outside.generation()));
                pipeline.submit(new Request.Delete(entry, true), reply -> done.accept(firstFailure(reply, true)));
            } else {
                done.accept(rc);
            }
        };
        if (outside instanceof Home.InObject object) {
            Request drop = new Request.DropObject(object.name());
            pipeline.submit(drop, reply -> last.accept(firstFailure(reply, true)));
            return;
        }
        Home.Chunks chunks = (Home.Chunks) outside;
        List<byte[]> keys = new ArrayList<>();
        for (int number = 0; number < record.chunkCount(); number++) {
            keys.add(Layout.chunkKey(chunks.generation(), number));
        }
        List<List<byte[]>> groups = groups(keys, limits.chunksPerDelete(chunks.chunkBytes()));
        Tally tally = new Tally(groups.size(), last);
        for (List<byte[]> group : groups) {
            pipeline.submit(new Request.Delete(group, true), reply -> tally.addIgnoringMissing(reply));
        }
    }

    /** Cuts a list into lists of at most so many. */
    static <T> List<List<T>> groups(List<T> all, int most) {
        List<List<T>> groups = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            groups.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return groups;
    }

    /** The first code that is not 0: of the operation, or of a record. */
    static int firstFailure(Reply reply, boolean ignoreMissing) {
        if (reply.rc() != 0) {
            return reply.rc() == Errno.ENOENT ? Errno.NO_INDEX : reply.rc();
        }
        for (int code : reply.rcs()) {
            if (code != 0 && !(ignoreMissing && code == Errno.ENOENT)) {
                return code;
            }
        }
        return 0;
    }

    /** Waits for several replies and keeps the first code that is not 0. */
    private static final class Tally {
        private final IntConsumer done;
        private int missing;
        private int rc;

        Tally(int expected, IntConsumer done) {
            this.missing = expected;
            this.done = done;
        }

        void add(Reply reply) {
            add(firstFailure(reply, false));
        }

        void addIgnoringMissing(Reply reply) {
            add(firstFailure(reply, true));
        }

        private void add(int code) {
            if (rc == 0) {
                rc = code;
            }
            if (--missing == 0) {
                done.accept(rc);
            }
        }
    }
}
