package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.dagpb.ProtobufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes DAGs that no importer makes. */
final class DagBuilder {

    private final Blockstore blocks;

    DagBuilder(Blockstore blocks) {
        this.blocks = blocks;
    }

    Cid raw(byte[] content) {
        return blocks.put(Cid.RAW, content);
    }

    Cid node(List<DagPbLink> links, byte @Nullable [] data) {
        return blocks.put(Cid.DAG_PB, DagPbNode.encode(links, data));
    }

    /** A UnixFS message: type, content, sizes, as they are claimed. */
    static byte[] unixFs(UnixFsType type, byte @Nullable [] data, @Nullable Long fileSize, long... blockSizes) {
        ProtobufWriter out = new ProtobufWriter(64).number(1, type.number());
        if (data != null) {
            out.bytes(2, data);
        }
        if (fileSize != null) {
            out.number(3, fileSize);
        }
        for (long size : blockSizes) {
            out.number(4, size);
        }
        return out.toBytes();
    }

    /** A file of children of claimed sizes that add up. */
    Cid file(List<Cid> children, long... sizes) {
        List<DagPbLink> links =
                children.stream().map(cid -> DagPbLink.of(cid, "", 1)).toList();
        return node(links, unixFs(UnixFsType.FILE, null, Arrays.stream(sizes).sum(), sizes));
    }

    /** A folder; names and CIDs in turn. */
    Cid folder(Object... namesAndCids) {
        List<DagPbLink> links = new ArrayList<>();
        for (int i = 0; i < namesAndCids.length; i += 2) {
            links.add(DagPbLink.of((Cid) namesAndCids[i + 1], (String) namesAndCids[i], 1));
        }
        return node(links, UnixFsData.encodeFolder(UnixFsMetadata.NONE));
    }
}
