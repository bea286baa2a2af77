package io.motrds.bench.pieces;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Keys, CIDs, dag-pb nodes, the query engine, and the path to Motr down to its boundary, each by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class SmallPieces {

    private static final int LINKS = 174;
    private static final int KEYS = 1_000;

    private byte[] block;
    private byte[] cidBytes;
    private String cidText;
    private Cid cid;
    private byte[] nodeBytes;
    private DagPbNode node;
    private byte[] keyBytes;
    private Blockstore blocks;
    private Datastore memory;
    private Datastore motr;
    private final Key small = Key.of("/bench/small");
    private final Key large = Key.of("/bench/large");
    private final byte[] smallValue = new byte[100];

    /** For JMH. */
    public SmallPieces() {}

    /** Makes what the benchmarks work on. */
    @Setup
    public void prepare() {
        block = new byte[256 << 10];
        new Random(1).nextBytes(block);
        cid = Cid.v1(Cid.RAW, Multihash.sha256(block));
        cidBytes = cid.toBytes();
        cidText = cid.toString();
        List<DagPbLink> links = Collections.nCopies(LINKS, DagPbLink.of(cid, "", 262_158));
        nodeBytes = DagPbNode.encode(links, new byte[8]);
        node = DagPbNode.decode(nodeBytes);
        memory = Datastores.open(Map.of("type", "mem"));
        blocks = new Blockstore(memory);
        keyBytes = blocks.key(cid).toUtf8();
        for (int i = 0; i < KEYS; i++) {
            memory.put(Key.of("/query/" + i * 7919 % KEYS), smallValue);
        }
        motr = Datastores.open(
                Map.of("type", "motrds", "client", "fake", "index", "0x7800000000000001:0x1", "createIndex", "true"));
        motr.put(small, smallValue);
        motr.put(large, block);
    }

    /** Closes the stores. */
    @TearDown
    public void close() {
        memory.close();
        motr.close();
    }

    /** Cleans and checks a key from text. */
    @Benchmark
    public Key keyFromText() {
        return Key.of("/blocks/CIQJQHKTTLPVVD6IQCDO35SCZWZ6ACJOGYNIVMPF2PHV33GUYJ4NZZA");
    }

    /** Checks a key from a store. */
    @Benchmark
    public Key keyFromBytes() {
        return Key.fromUtf8(keyBytes);
    }

    /** The datastore key of a block. */
    @Benchmark
    public Key keyOfBlock() {
        return blocks.key(cid);
    }

    /** A CID from text. */
    @Benchmark
    public Cid cidFromText() {
        return Cid.parse(cidText);
    }

    /** A CID from bytes. */
    @Benchmark
    public Cid cidFromBytes() {
        return Cid.fromBytes(cidBytes);
    }

    /** A CID as text. */
    @Benchmark
    public String cidToText() {
        return cid.toString();
    }

    /** The hash of a block of 256 KiB, the bound of all the rest. */
    @Benchmark
    public Multihash hash256KiB() {
        return Multihash.sha256(block);
    }

    /** Encodes a node with 174 links, as in a file's tree. */
    @Benchmark
    public byte[] dagPbEncode() {
        return node.encode();
    }

    /** Decodes it. */
    @Benchmark
    public DagPbNode dagPbDecode() {
        return DagPbNode.decode(nodeBytes);
    }

    /** A query that the engine answers: filter by prefix, descending order, 1,000 keys. */
    @Benchmark
    public int query1000Keys() {
        return memory.query(Query.under(Key.of("/query"))
                        .order(Order.byKeyDescending())
                        .keysOnly())
                .toList()
                .size();
    }

    /** The Java part of a put of 100 bytes to Motr: it ends at a cluster in memory. */
    @Benchmark
    public void motrPut100B() {
        motr.put(small, smallValue);
    }

    /** The Java part of a get of 100 bytes. */
    @Benchmark
    public Optional<byte[]> motrGet100B() {
        return motr.get(small);
    }

    /** The Java part of a get of 256 KiB. */
    @Benchmark
    public Optional<byte[]> motrGet256KiB() {
        return motr.get(large);
    }
}
