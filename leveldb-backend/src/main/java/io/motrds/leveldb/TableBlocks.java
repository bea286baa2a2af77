package io.motrds.leveldb;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the blocks of tables. Small blocks that lookups of keys read are kept as they lie in the file, the latest of all.
 * A large block mostly is that of one value, which the library copies out of it: what a lookup reads it into is used again
 * by the next one, because fresh memory costs more than what it is filled with. The library's own cache, which is off,
 * would keep both kinds.
 *
 * <p>Thread-safe.
 */
final class TableBlocks {

    /** Bytes of the largest block that is kept. */
    private static final int LARGEST_KEPT = 64 << 10;
    /** Bytes of the largest array that is used again: a value of 1 MiB and what is around it. */
    private static final int LARGEST_SPARE = (1 << 20) + (64 << 10);
    /** How many arrays wait for their next use; more lookups at once than that take fresh ones. */
    private static final int MOST_SPARE = 8;

    private static final int ENTRY_BYTES = 64; // what an entry of the cache takes beside the block, roughly

    private final Cache<Place, byte[]> kept;
    private final Deque<byte[]> spare = new ArrayDeque<>(MOST_SPARE); // guarded by itself, the latest used first

    private record Place(TableFile table, long offset) {}

    /** Keeps blocks of so many bytes in all. */
    TableBlocks(long bytes) {
        kept = CacheBuilder.newBuilder()
                .maximumWeight(bytes)
                .weigher((Place place, byte[] block) -> ENTRY_BYTES + block.length)
                .build();
    }

    /** A block, in memory that must not be changed; only good until the end of this thread's lookup. */
    ByteBuffer read(TableFile table, long offset, int length) throws IOException {
        Lookup lookup = Lookup.ofThisThread();
        if (length > LARGEST_KEPT) {
            byte[] block = lookup == null ? new byte[length] : lookup.array(length);
            return table.read(block, offset, length);
        }
        Place place = new Place(table, offset);
        byte[] block = kept.getIfPresent(place);
        if (block != null) {
            return ByteBuffer.wrap(block);
        }
        if (lookup == null) {
            return table.readAhead(offset, length);
        }
        block = new byte[length];
        ByteBuffer read = table.read(block, offset, length);
        kept.put(place, block);
        return read;
    }

    /** Keeps nothing of what was read so far: the next reads are of the files. */
    void forget() {
        kept.invalidateAll();
    }

    private byte @Nullable [] takeSpare() {
        synchronized (spare) {
            return spare.pollFirst();
        }
    }

    private void addSpare(byte[] array) {
        synchronized (spare) {
            if (spare.size() < MOST_SPARE) {
                spare.addFirst(array);
            }
        }
    }

    /** This thread looks up a key, until the lookup is closed. */
    Lookup lookup() {
        return Lookup.begin(this);
    }

    /**
     * A key being looked up by a thread: when it ends, nothing refers to the blocks that were read for it, as the library
     * has copied the value. Iterators and compaction, which hold several blocks at a time, read without one.
     */
    static final class Lookup implements AutoCloseable {

        private static final ThreadLocal<Lookup> OF_THREAD = ThreadLocal.withInitial(Lookup::new);

        private @Nullable TableBlocks blocks; // none between two lookups
        private byte @Nullable [] array;

        private static Lookup begin(TableBlocks blocks) {
            Lookup lookup = OF_THREAD.get();
            lookup.blocks = blocks;
            return lookup;
        }

        private static @Nullable Lookup ofThisThread() {
            Lookup lookup = OF_THREAD.get();
            return lookup.blocks == null ? null : lookup;
        }

        /** An array of at least so many bytes, the same for every table that the lookup comes to. */
        private byte[] array(int length) {
            if (blocks == null || length > LARGEST_SPARE) {
                return new byte[length];
            }
            byte[] present = array == null ? blocks.takeSpare() : array;
            if (present == null || present.length < length) {
                present = new byte[length];
            }
            array = present;
            return present;
        }

        @Override
        public void close() {
            TableBlocks owner = blocks;
            byte[] done = array;
            blocks = null;
            array = null;
            if (owner != null && done != null) {
                owner.addSpare(done);
            }
        }
    }
}
