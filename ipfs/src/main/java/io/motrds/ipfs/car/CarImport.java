package io.motrds.ipfs.car;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.MalformedBlockException;
import io.motrds.ipfs.car.CarReader.Section;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.cid.UnsupportedHashException;
import io.motrds.ipfs.dagpb.DagPbLink;
import io.motrds.ipfs.dagpb.DagPbNode;
import io.motrds.ipfs.pipeline.BlockPipeline;
import io.motrds.ipfs.pipeline.OrderedBlocks;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One import under way. Sections are read on the caller's thread, hashed on others, and stored in their order by the
 * pipeline's writer.
 *
 * <p>Whether the CAR is complete shows without reading anything again: what a block links to is wanted until it comes. In
 * the usual order, a block before those that it links to, little is wanted at a time; in another, or when blocks are linked
 * to again, what came before is found in the store at the end, or when too much is wanted.
 */
final class CarImport {

    private static final int MAX_ROOT_BYTES = 16 << 20;
    private static final int MAX_WANTED = 1 << 18; // about 40 MiB
    private static final int MAX_HASHERS = 8;

    private final Blockstore blocks;
    private final CarImportOptions options;
    private final CarReader car;
    private final Set<Multihash> roots = new HashSet<>();

    // of the writer's thread alone
    private final Map<Multihash, Section> heldRoots = new LinkedHashMap<>();
    private final Map<Multihash, Cid> wanted = new HashMap<>();
    private long heldBytes;

    CarImport(Blockstore blocks, CarImportOptions options, CarReader car) {
        this.blocks = blocks;
        this.options = options;
        this.car = car;
        car.roots().forEach(root -> roots.add(root.hash()));
    }

    CarImported run() throws IOException {
        int hashers = Math.min(MAX_HASHERS, Runtime.getRuntime().availableProcessors());
        long count = 0;
        long bytes = 0;
        try (BlockPipeline pipeline = new BlockPipeline(blocks, hashers, Blockstore.MAX_BLOCK_BYTES)) {
            for (Section section = car.next(); section != null; section = car.next()) {
                requireVerifiable(section);
                Section each = section;
                pipeline.block(section.block(), (ordered, hash) -> take(each, hash, ordered, pipeline));
                count++;
                bytes += section.block().length;
                options.progress().accept(car.position());
            }
            pipeline.step(this::complete);
            pipeline.finish();
        }
        return new CarImported(car.roots(), count, bytes);
    }

    private static void requireVerifiable(Section section) {
        if (section.block().length > Blockstore.MAX_BLOCK_BYTES) {
            throw section.malformed(
                    "has " + section.block().length + " bytes, over the limit of " + Blockstore.MAX_BLOCK_BYTES);
        }
        try {
            section.cid().hash().requireVerifiable();
        } catch (UnsupportedHashException e) {
            throw new UnsupportedHashException(
                    "CAR, byte " + section.offset() + ": block " + section.cid() + ": " + e.getMessage(), e);
        }
    }

    private void take(Section section, Multihash hash, OrderedBlocks ordered, BlockPipeline pipeline) {
        Multihash claimed = section.cid().hash();
        if (!claimed.equals(hash) && !claimed.matches(section.block())) {
            throw section.malformed("is damaged: its bytes do not have that hash");
        }
        if (!options.partial()) {
            wanted.remove(claimed);
            want(section, ordered);
        }
        if (claimed.isIdentity()) {
            pipeline.taken(section.block());
        } else if (roots.contains(claimed)) {
            hold(section);
            pipeline.taken(section.block());
        } else {
            ordered.put(section.cid(), section.block(), () -> pipeline.taken(section.block()));
        }
    }

    private void hold(Section root) {
        if (heldRoots.putIfAbsent(root.cid().hash(), root) == null) {
            heldBytes += root.block().length;
        }
        if (heldBytes > MAX_ROOT_BYTES) {
            throw root.malformed("is one of roots that together take over " + MAX_ROOT_BYTES
                    + " bytes, more than are held back until the end; split the CAR");
        }
    }

    private void want(Section section, OrderedBlocks ordered) {
        if (section.cid().codec() != Cid.DAG_PB) {
            return;
        }
        try {
            for (DagPbLink link : DagPbNode.decode(section.block()).links()) {
                wanted.putIfAbsent(link.cid().hash(), link.cid());
            }
        } catch (MalformedBlockException e) {
            throw section.malformed("is no dag-pb: " + e.getMessage());
        }
        if (wanted.size() > MAX_WANTED) {
            ordered.flush();
            forgetWhatIsThere();
            if (wanted.size() > MAX_WANTED / 2) {
                throw section.malformed("is linked to too many that have not come: over " + MAX_WANTED / 2
                        + "; write the CAR depth first, or import it as partial");
            }
        }
    }

    private void forgetWhatIsThere() {
        wanted.values().removeIf(cid -> heldRoots.containsKey(cid.hash()) || blocks.has(cid));
    }

    /** After everything else: only now nothing can be wrong any more. */
    private void complete(OrderedBlocks ordered) {
        ordered.flush();
        if (!options.partial()) {
            car.roots().forEach(root -> wanted.putIfAbsent(root.hash(), root));
            forgetWhatIsThere();
            wanted.values().stream().findFirst().ifPresent(cid -> {
                String missing = wanted.size() == 1
                        ? "block " + cid + " is"
                        : wanted.size() + " blocks, such as " + cid + ", are";
                throw new MalformedCarException("the CAR is incomplete: " + missing + " neither in it nor in "
                        + blocks.name() + "; get it again, or import it as partial");
            });
        }
        heldRoots.values().forEach(root -> ordered.put(root.cid(), root.block(), () -> {}));
    }
}
