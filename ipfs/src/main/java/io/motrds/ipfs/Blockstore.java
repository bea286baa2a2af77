package io.motrds.ipfs;

import io.motrds.api.Batch;
import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import io.motrds.ipfs.cid.Multibase;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.cid.UnsupportedHashException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in a datastore, where kubo keeps them: below {@code /blocks}, named by their multihash in upper-case base 32.
 *
 * <p>A block is at most {@link #MAX_BLOCK_BYTES} long. What is read is checked against its hash; a block that does not
 * match is never returned. As the key is the hash alone, CIDs of one hash in another version or codec name the same block.
 * A CID with an identity hash carries its block itself: reading it, or writing or deleting it, does not touch the store.
 *
 * <p>Thread-safe. Does not own the datastore, which the caller closes. Beyond what is listed, each method throws what the
 * datastore throws.
 */
public final class Blockstore {

    /** Where kubo keeps blocks. */
    public static final Key KUBO_PREFIX = Key.of("/blocks");

    /** The longest block in bytes, 2 MiB: what IPFS nodes exchange. */
    public static final int MAX_BLOCK_BYTES = 2 << 20;

    private final Datastore store;
    private final Key prefix;
    private final byte[] prefixBytes; // ends with a slash

    /** Blocks where kubo keeps them. */
    public Blockstore(Datastore store) {
        this(store, KUBO_PREFIX);
    }

    /** Blocks below another key: {@link Key#ROOT} for a store that kubo mounts at {@code /blocks}. */
    public Blockstore(Datastore store, Key prefix) {
        this.store = store;
        this.prefix = prefix;
        this.prefixBytes = (prefix.equals(Key.ROOT) ? "/" : prefix + "/").getBytes(StandardCharsets.UTF_8);
    }

    /** The datastore's name, for messages. */
    public String name() {
        return store.name();
    }

    /** The datastore key of a block. */
    public Key key(Cid cid) {
        byte[] hash = Multibase.BASE32_UPPER.encodeDigits(cid.hash().toBytes()).getBytes(StandardCharsets.US_ASCII);
        byte[] key = new byte[prefixBytes.length + hash.length];
        System.arraycopy(prefixBytes, 0, key, 0, prefixBytes.length);
        System.arraycopy(hash, 0, key, prefixBytes.length, hash.length);
        return Key.fromUtf8(key);
    }

    /**
     * Stores a block and names it: version 1, sha2-256.
     *
     * @param codec how to read the block, as in {@link Cid#RAW}
     * @throws RefusedInputException if it is over {@link #MAX_BLOCK_BYTES}
     */
    public Cid put(long codec, byte[] block) {
        requireSize(block);
        Cid cid = Cid.v1(codec, Multihash.sha256(block));
        store.put(key(cid), block);
        return cid;
    }

    /**
     * Stores a block that has a name.
     *
     * @throws RefusedInputException if the block does not have that hash, or is over {@link #MAX_BLOCK_BYTES}
     * @throws UnsupportedHashException if the hash cannot be checked
     */
    public void put(Cid cid, byte[] block) {
        requireSize(block);
        if (!matches(cid, block)) {
            throw new RefusedInputException(
                    "the " + block.length + " bytes given are not block " + cid + ": their hash is another");
        }
        if (!cid.hash().isIdentity()) {
            store.put(key(cid), block);
        }
    }

    private static void requireSize(byte[] block) {
        if (block.length > MAX_BLOCK_BYTES) {
            throw new RefusedInputException(
                    "block of " + block.length + " bytes is over the limit of " + MAX_BLOCK_BYTES + "; split it");
        }
    }

    /**
     * A block, checked; empty when the store lacks it.
     *
     * @throws CorruptDataException if what is stored does not have the hash, or is over {@link #MAX_BLOCK_BYTES}
     * @throws UnsupportedHashException if the hash cannot be checked
     */
    public Optional<byte[]> get(Cid cid) {
        if (cid.hash().isIdentity()) {
            return Optional.of(inline(cid));
        }
        requireVerifiable(cid);
        return read(cid).map(block -> verified(cid, block));
    }

    /** The store's own checks name keys, which tell nobody which block is damaged. */
    private Optional<byte[]> read(Cid cid) {
        try {
            return store.get(key(cid));
        } catch (CorruptDataException e) {
            throw new CorruptDataException("block " + cid + ": " + e.getMessage(), e);
        }
    }

    /**
     * A block, checked.
     *
     * @throws NotFoundException if the store lacks it
     * @throws CorruptDataException as {@link #get}
     * @throws UnsupportedHashException as {@link #get}
     */
    public byte[] require(Cid cid) {
        return get(cid).orElseThrow(() -> new NotFoundException("block " + cid + " is not in " + store.name()));
    }

    /**
     * Many blocks in one call, checked. The map holds those that the store has, in the order given. All are in memory at
     * once, so the caller bounds their number.
     *
     * @throws CorruptDataException as {@link #get}
     * @throws UnsupportedHashException as {@link #get}
     */
    public Map<Cid, byte[]> getAll(Collection<Cid> cids) {
        Map<Cid, Key> keys = new LinkedHashMap<>();
        for (Cid cid : cids) {
            requireVerifiable(cid);
            if (!cid.hash().isIdentity()) {
                keys.putIfAbsent(cid, key(cid));
            }
        }
        Map<Key, byte[]> values = keys.isEmpty() ? Map.of() : readAll(keys);
        Map<Cid, byte[]> blocks = new LinkedHashMap<>();
        for (Cid cid : cids) {
            if (cid.hash().isIdentity()) {
                blocks.put(cid, inline(cid));
                continue;
            }
            byte[] value = values.get(keys.get(cid));
            if (value != null && !blocks.containsKey(cid)) {
                blocks.put(cid, verified(cid, value));
            }
        }
        return blocks;
    }

    private Map<Key, byte[]> readAll(Map<Cid, Key> keys) {
        try {
            return store.getAll(keys.values());
        } catch (CorruptDataException e) {
            keys.keySet().forEach(this::read); // the damaged one throws, by its name
            throw e;
        }
    }

    private byte[] verified(Cid cid, byte[] block) {
        if (block.length > MAX_BLOCK_BYTES) {
            throw new CorruptDataException("block " + cid + " in " + store.name() + " has " + block.length
                    + " bytes, over the limit of " + MAX_BLOCK_BYTES);
        }
        if (!matches(cid, block)) {
            throw new CorruptDataException("block " + cid + " in " + store.name() + " is damaged: its " + block.length
                    + " bytes do not have that hash; delete it and add its data again");
        }
        return block;
    }

    private static byte[] inline(Cid cid) {
        requireVerifiable(cid);
        return cid.hash().digest();
    }

    private static boolean matches(Cid cid, byte[] block) {
        requireVerifiable(cid);
        return cid.hash().matches(block);
    }

    private static void requireVerifiable(Cid cid) {
        try {
            cid.hash().requireVerifiable();
        } catch (UnsupportedHashException e) {
            throw new UnsupportedHashException("CID " + cid + ": " + e.getMessage(), e);
        }
    }

    /** Whether the store has a block; its bytes are not checked. */
    public boolean has(Cid cid) {
        return cid.hash().isIdentity() || store.has(key(cid));
    }

    /** A block's size in bytes, found without reading it where the store can; empty when the store lacks it. */
    public OptionalLong size(Cid cid) {
        return cid.hash().isIdentity() ? OptionalLong.of(inline(cid).length) : store.size(key(cid));
    }

    /** Removes a block; does nothing when the store lacks it. */
    public void delete(Cid cid) {
        if (!cid.hash().isIdentity()) {
            store.delete(key(cid));
        }
    }

    /** Returns when every block that was put before this call is durable. */
    public void sync() {
        store.sync(prefix);
    }

    /** Starts a group of deferred writes of blocks, for keys made by {@link #key}. */
    public Batch batch() {
        return store.batch();
    }

    /**
     * The blocks of the store, read while the stream is consumed, in no order. The store keeps hashes alone, so each is
     * named as version 1 of {@link Cid#RAW}, as kubo does. Keys that are no multihash are skipped. The stream must be
     * closed.
     */
    public Stream<Cid> list() {
        QueryResults results = store.query(Query.under(prefix).keysOnly());
        Iterator<Entry> entries = results;
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(entries, Spliterator.NONNULL | Spliterator.DISTINCT), false)
                .map(entry -> toCid(entry.key()))
                .flatMap(Stream::ofNullable)
                .onClose(results::close);
    }

    private @Nullable Cid toCid(Key key) {
        byte[] utf8 = key.toUtf8();
        String name = new String(utf8, prefixBytes.length, utf8.length - prefixBytes.length, StandardCharsets.UTF_8);
        try {
            Cid cid = Cid.v1(Cid.RAW, Multihash.fromBytes(Multibase.BASE32_UPPER.decodeDigits(name)));
            return key(cid).equals(key) ? cid : null;
        } catch (InvalidCidException e) {
            return null;
        }
    }
}
