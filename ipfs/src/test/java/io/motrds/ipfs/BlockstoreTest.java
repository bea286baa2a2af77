package io.motrds.ipfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.cid.UnsupportedHashException;
import io.motrds.ipfs.unixfs.DiscardingStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BlockstoreTest {

    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final Datastore store = Datastores.open(Map.of("type", "mem"));
    private final Blockstore blocks = new Blockstore(store);

    @AfterEach
    void close() {
        store.close();
    }

    /** The key is the one in go-ds-flatfs's and kubo's documentation for the empty folder's hash. */
    @Test
    void keysAreKubos() {
        Cid emptyFolder = Cid.parse("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn");
        Key key = Key.of("/blocks/CIQFTFEEHEDF6KLBT32BFAGLXEZL4UWFNWM4LFTLMXQBCERZ6CMLX3Y");
        assertEquals(key, blocks.key(emptyFolder));
        assertEquals(key, blocks.key(emptyFolder.toV1()));
        assertEquals(Key.of("/" + key.baseNamespace()), new Blockstore(store, Key.ROOT).key(emptyFolder));
        assertEquals(Key.of("/a/b/" + key.baseNamespace()), new Blockstore(store, Key.of("/a/b")).key(emptyFolder));
    }

    @Test
    void whatWasPutIsThereUnderEveryCidOfItsHash() {
        Cid cid = blocks.put(Cid.RAW, HELLO);
        Cid other = Cid.v0(cid.hash());
        for (Cid name : List.of(cid, other)) {
            assertTrue(blocks.has(name));
            assertEquals(OptionalLong.of(5), blocks.size(name));
            assertArrayEquals(HELLO, blocks.get(name).orElseThrow());
            assertArrayEquals(HELLO, blocks.require(name));
        }
        blocks.delete(other);
        assertFalse(blocks.has(cid));
        assertEquals(Optional.empty(), blocks.get(cid));
        assertEquals(OptionalLong.empty(), blocks.size(cid));
        NotFoundException e = assertThrows(NotFoundException.class, () -> blocks.require(cid));
        assertTrue(e.getMessage().contains(cid.toString()), e.getMessage());
    }

    @Test
    void aBlockThatDoesNotMatchIsNeverReturned() {
        Cid good = blocks.put(Cid.RAW, new byte[1]);
        Cid bad = blocks.put(Cid.RAW, HELLO);
        store.put(blocks.key(bad), "hullo".getBytes(UTF_8));
        for (Runnable read : List.<Runnable>of(
                () -> blocks.get(bad), () -> blocks.require(bad), () -> blocks.getAll(List.of(good, bad)))) {
            CorruptDataException e = assertThrows(CorruptDataException.class, read::run);
            assertTrue(e.getMessage().contains(bad.toString()), e.getMessage());
        }
        assertTrue(blocks.has(bad));
    }

    @Test
    void blocksAreAtMost2MiB() {
        assertEquals(2 << 20, blocks.require(blocks.put(Cid.RAW, new byte[2 << 20])).length);
        byte[] larger = new byte[(2 << 20) + 1];
        Cid cid = Cid.v1(Cid.RAW, Multihash.sha256(larger));
        assertThrows(RefusedInputException.class, () -> blocks.put(Cid.RAW, larger));
        assertThrows(RefusedInputException.class, () -> blocks.put(cid, larger));
        store.put(blocks.key(cid), larger);
        assertThrows(CorruptDataException.class, () -> blocks.get(cid));
    }

    @Test
    void aNamedBlockMustHaveItsHash() {
        Cid cid = Cid.v0(Multihash.sha256(HELLO));
        assertThrows(RefusedInputException.class, () -> blocks.put(cid, new byte[5]));
        assertFalse(blocks.has(cid));
        blocks.put(cid, HELLO);
        assertTrue(blocks.has(cid));
    }

    @Test
    void hashesThatCannotBeCheckedAreRefusedByName() {
        Cid sha512 = Cid.v1(Cid.RAW, Multihash.of(0x13, new byte[64]));
        store.put(blocks.key(sha512), HELLO);
        for (Runnable use : List.<Runnable>of(
                () -> blocks.get(sha512), () -> blocks.getAll(List.of(sha512)), () -> blocks.put(sha512, HELLO))) {
            UnsupportedHashException e = assertThrows(UnsupportedHashException.class, use::run);
            assertTrue(e.getMessage().contains(sha512.toString()), e.getMessage());
        }
        assertEquals(OptionalLong.of(5), blocks.size(sha512));
        blocks.delete(sha512);
        assertFalse(blocks.has(sha512));
    }

    @Test
    void identityCidsCarryTheirBlocksAndDoNotTouchTheStore() {
        Cid cid = Cid.v1(Cid.RAW, Multihash.identity(HELLO));
        blocks.put(cid, HELLO);
        blocks.delete(cid);
        assertTrue(blocks.has(cid));
        assertEquals(OptionalLong.of(5), blocks.size(cid));
        assertArrayEquals(HELLO, blocks.require(cid));
        assertArrayEquals(HELLO, blocks.getAll(List.of(cid)).get(cid));
        try (Stream<Cid> all = blocks.list()) {
            assertEquals(0, all.count());
        }
        assertThrows(RefusedInputException.class, () -> blocks.put(cid, new byte[5]));
        Cid large = Cid.v1(Cid.RAW, Multihash.of(Multihash.IDENTITY, new byte[129]));
        assertThrows(UnsupportedHashException.class, () -> blocks.get(large));
        assertThrows(UnsupportedHashException.class, () -> blocks.size(large));
    }

    @Test
    void getAllGivesWhatIsThereInTheOrderAsked() {
        Cid a = blocks.put(Cid.RAW, new byte[] {1});
        Cid b = blocks.put(Cid.RAW, new byte[] {2});
        Cid missing = Cid.v1(Cid.RAW, Multihash.sha256(new byte[] {3}));
        Cid inline = Cid.v1(Cid.RAW, Multihash.identity(new byte[] {4}));
        Map<Cid, byte[]> found = blocks.getAll(List.of(b, missing, inline, a, Cid.v0(a.hash()), b));
        assertEquals(List.of(b, inline, a, Cid.v0(a.hash())), List.copyOf(found.keySet()));
        assertArrayEquals(new byte[] {1}, found.get(Cid.v0(a.hash())));
        assertEquals(Map.of(), blocks.getAll(List.of()));
    }

    @Test
    void listNamesEveryBlockAsRawAndPassesOverOtherKeys() {
        Set<Cid> cids = Stream.of(1, 2, 3)
                .map(size -> blocks.put(Cid.RAW, new byte[size]))
                .collect(Collectors.toSet());
        Cid folder = blocks.put(Cid.DAG_PB, new byte[] {10, 2, 8, 1});
        cids.add(Cid.v1(Cid.RAW, folder.hash()));
        String name = blocks.key(folder).baseNamespace();
        for (String other : List.of(
                "/blocks",
                "/other/" + name,
                "/blocks/" + name + "/x",
                "/blocks/x/" + name,
                "/blocks/" + name.toLowerCase(Locale.ROOT),
                "/blocks/B" + name,
                "/blocks/AAA",
                "/blocks/é")) {
            store.put(Key.of(other), HELLO);
        }
        try (Stream<Cid> all = blocks.list()) {
            assertEquals(cids, all.collect(Collectors.toSet()));
        }
        try (Stream<Cid> all = new Blockstore(store, Key.of("/other")).list()) {
            assertEquals(List.of(Cid.v1(Cid.RAW, folder.hash())), all.toList());
        }
    }

    @Test
    void listIsLazyAndReleasesTheStoreWhenClosed() {
        blocks.put(Cid.RAW, HELLO);
        try (Stream<Cid> all = blocks.list()) {
            assertTrue(all.findFirst().isPresent());
        }
        blocks.sync();
        assertEquals(store.name(), blocks.name());
    }

    @Test
    void damageThatTheStoreFindsIsNamedByTheBlock() {
        Cid sound = Cid.v1(Cid.RAW, Multihash.sha256(new byte[1]));
        Cid damaged = Cid.v1(Cid.RAW, Multihash.sha256(new byte[2]));
        Blockstore checked = new Blockstore(new DiscardingStore() {
            @Override
            protected byte[] read(Key key) {
                if (key.toString().contains(name(sound))) {
                    return new byte[1];
                }
                throw new CorruptDataException("checksum of " + key);
            }

            private String name(Cid cid) {
                return new Blockstore(this).key(cid).toString();
            }
        });
        for (Executable read :
                List.<Executable>of(() -> checked.get(damaged), () -> checked.getAll(List.of(sound, damaged)))) {
            CorruptDataException e = assertThrows(CorruptDataException.class, read);
            assertTrue(e.getMessage().contains("block " + damaged + ": checksum of"), e.getMessage());
        }
    }
}
