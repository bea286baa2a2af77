package io.motrds.ipfs.unixfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.UnsupportedContentException;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Hostile UnixFS is met with a result or with the module's own exceptions, in bounded time and memory. */
class UnixFsFuzzTest {

    @FuzzTest(maxDuration = "3m")
    void unixFsMessage(byte[] input) {
        try {
            UnixFsData data = UnixFsData.decode(ByteBuffer.wrap(input), 1_000);
            assertTrue(data.data().remaining() <= input.length);
            assertTrue(data.blockSizes().length <= 1_000);
            assertTrue(data.fileSize().orElse(0) >= 0);
            assertTrue(data.metadata().mode().orElse(1) > 0);
            ShardPlaces.of(data, List.of());
        } catch (MalformedBlockException e) {
            return;
        }
    }

    /** Builds some blocks, later ones linking to earlier ones, and reads the last as a file and as a folder. */
    @FuzzTest(maxDuration = "3m")
    void hostileDag(FuzzedDataProvider input) throws IOException {
        try (Datastore store = Datastores.open(Map.of("type", "mem"))) {
            Blockstore blocks = new Blockstore(store);
            List<Cid> made = new ArrayList<>();
            for (int i = input.consumeInt(1, 12); i > 0; i--) {
                made.add(block(input, blocks, made));
            }
            UnixFsExporter exporter = new UnixFsExporter(blocks);
            IpfsPath root = IpfsPath.of(made.get(made.size() - 1));
            long offset = input.consumeBoolean() ? 0 : input.consumeLong(0, Long.MAX_VALUE);
            read(exporter, root, offset);
            try {
                exporter.ls(root).forEach(entry -> assertTrue(entry.size() >= 0));
            } catch (MalformedBlockException | UnsupportedContentException | NotFoundException e) {
                return;
            }
        }
    }

    private static void read(UnixFsExporter exporter, IpfsPath root, long offset) throws IOException {
        try {
            FolderEntry entry = exporter.stat(root);
            if (entry.type() == EntryType.FILE) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                exporter.cat(root, offset, 1_000, out);
                assertEquals(Math.max(0, Math.min(1_000, entry.size() - offset)), out.size());
            }
        } catch (MalformedBlockException | UnsupportedContentException | NotFoundException e) {
            return;
        }
    }

    private static Cid block(FuzzedDataProvider input, Blockstore blocks, List<Cid> made) {
        int kind = input.consumeInt(0, 4);
        if (kind == 0) {
            return blocks.put(Cid.RAW, input.consumeBytes(40));
        }
        if (kind == 1) {
            return blocks.put(Cid.DAG_PB, input.consumeBytes(80));
        }
        if (kind == 4) {
            return shard(input, blocks, made);
        }
        List<DagPbLink> links = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (int i = input.consumeInt(0, 6); i > 0 && !made.isEmpty(); i--) {
            Cid cid = made.get(input.consumeInt(0, made.size() - 1));
            links.add(DagPbLink.of(cid, kind == 2 ? "" : input.consumeString(8), input.consumeLong(0, 1 << 20)));
            sizes.add(input.consumeLong(-1, 100));
        }
        long[] claimed = sizes.stream().mapToLong(Long::longValue).toArray();
        Long fileSize = input.consumeBoolean() ? null : input.consumeLong();
        UnixFsType type = kind == 2 ? UnixFsType.FILE : input.pickValue(UnixFsType.values());
        byte[] data = input.consumeBoolean() ? null : input.consumeBytes(20);
        return blocks.put(Cid.DAG_PB, DagPbNode.encode(links, DagBuilder.unixFs(type, data, fileSize, claimed)));
    }

    /** One that is sound up to what its links lead to, so that the walk goes on. */
    private static Cid shard(FuzzedDataProvider input, Blockstore blocks, List<Cid> made) {
        int bits = input.consumeInt(0, 255);
        List<DagPbLink> links = new ArrayList<>();
        for (int place = 0; place < 8; place++) {
            if ((bits & (1 << place)) != 0 && !made.isEmpty()) {
                Cid cid = made.get(input.consumeInt(0, made.size() - 1));
                links.add(DagPbLink.of(cid, place + input.consumeString(1), input.consumeLong(0, 1 << 20)));
            }
        }
        byte[] data = UnixFsData.encodeShard(new byte[] {(byte) bits}, Murmur3.CODE, 8, UnixFsMetadata.NONE);
        return blocks.put(Cid.DAG_PB, DagPbNode.encode(links, data));
    }
}
