package io.motrds.ipfs.car;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Key;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.SmallHeap;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.unixfs.DiscardingStore;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Memory stays flat however large a CAR is: one of 640 MiB is exported and imported by a JVM with a heap of 96 MiB. */
class CarMemoryTest {

    private static final int LEAF_BYTES = 256 << 10;
    private static final int LEAVES_PER_NODE = 160;
    private static final int NODES = 16;

    @Test
    void aLargeCarIsExportedAndImportedInASmallHeap() throws Exception {
        String output = SmallHeap.outputOf(ExportAndImport.class);
        assertEquals((NODES * LEAVES_PER_NODE + NODES + 1) + " blocks, the same: true", output);
    }

    /** The child. */
    static final class ExportAndImport {
        private ExportAndImport() {}

        public static void main(String[] arguments) throws Exception {
            GeneratedLeaves source = new GeneratedLeaves();
            GeneratedLeaves target = new GeneratedLeaves();
            Blockstore from = new Blockstore(source);
            Cid root = dag(from);
            PipedInputStream car = new PipedInputStream(1 << 20);
            PipedOutputStream end = new PipedOutputStream(car);
            FutureTask<Long> export = new FutureTask<>(() -> {
                try (OutputStream out = end) {
                    return new CarExporter(from).export(root, out);
                }
            });
            Thread thread = new Thread(export);
            thread.setDaemon(true);
            thread.start();
            CarImported imported = new CarImporter(new Blockstore(target)).add(car);
            export.get();
            System.out.println(imported.blocks() + " blocks, the same: " + target.hasWhatIsIn(source));
        }

        private static Cid dag(Blockstore blocks) {
            List<DagPbLink> nodes = new ArrayList<>();
            for (int node = 0; node < NODES; node++) {
                List<DagPbLink> leaves = new ArrayList<>();
                for (int i = 0; i < LEAVES_PER_NODE; i++) {
                    byte[] leaf = GeneratedLeaves.leaf(node * LEAVES_PER_NODE + i);
                    leaves.add(put(blocks, Cid.RAW, leaf));
                }
                nodes.add(put(blocks, Cid.DAG_PB, DagPbNode.encode(leaves, null)));
            }
            return put(blocks, Cid.DAG_PB, DagPbNode.encode(nodes, null)).cid();
        }

        private static DagPbLink put(Blockstore blocks, long codec, byte[] block) {
            Cid cid = Cid.v1(codec, Multihash.sha256(block));
            blocks.put(cid, block);
            return DagPbLink.of(cid, "", block.length);
        }
    }

    /** Keeps of leaves their numbers alone, and makes them again when they are read. */
    private static final class GeneratedLeaves extends DiscardingStore {
        private final Map<Key, Integer> leaves = new HashMap<>();
        private final Map<Key, byte[]> nodes = new HashMap<>();

        static byte[] leaf(int number) {
            return ByteBuffer.allocate(LEAF_BYTES).putInt(number).array();
        }

        boolean hasWhatIsIn(GeneratedLeaves other) {
            return leaves.equals(other.leaves) && nodes.keySet().equals(other.nodes.keySet());
        }

        @Override
        protected synchronized byte @Nullable [] read(Key key) {
            Integer number = leaves.get(key);
            return number == null ? nodes.get(key) : leaf(number);
        }

        @Override
        protected synchronized boolean exists(Key key) {
            return leaves.containsKey(key) || nodes.containsKey(key);
        }

        @Override
        protected synchronized void write(Key key, byte[] value) {
            if (value.length == LEAF_BYTES) {
                leaves.put(key, ByteBuffer.wrap(value).getInt());
            } else {
                nodes.put(key, value);
            }
        }

        @Override
        protected void apply(Map<Key, byte @Nullable []> writes) {
            writes.forEach(this::write);
        }
    }
}
