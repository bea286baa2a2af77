package io.motrds.cli;

import io.motrds.api.CorruptDataException;
import io.motrds.api.Datastore;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.spi.Printable;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.UnsupportedHashException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads everything and says what is damaged. */
@Command(
        name = "check",
        description = {
            "Read every block, compare it with its hash, and list those that are damaged. Where",
            "the store can check its own files, it does. Nothing is changed."
        },
        footer = {"  motrds check", "  motrds check --json | tail -n 1"})
final class CheckCommand extends MotrdsCommand {

    @Mixin
    JsonOption json = new JsonOption();

    private long blocks;
    private long bytes;
    private long damaged;
    private long unchecked;

    @Override
    public Integer call() {
        try (StoreSession session = motrds().open()) {
            Datastore store = session.store();
            Progress progress = new Progress(motrds().shell(), 0);
            Optional<CorruptDataException> unlisted;
            try {
                unlisted = checkBlocks(new Blockstore(store), progress);
            } finally {
                progress.clear();
            }
            printSummary();
            if (unlisted.isPresent()) {
                motrds().warn("not all blocks could be listed, the rest was not checked: "
                        + unlisted.get().getMessage());
                return ExitCode.FAILURE;
            }
            Optional<ConsistencyCheck> ownCheck = store.feature(ConsistencyCheck.class);
            ownCheck.ifPresent(ConsistencyCheck::check);
        }
        if (damaged > 0) {
            motrds().warn(damaged + " of " + blocks + " blocks are damaged; remove them with motrds block rm and add "
                    + "their data again");
        }
        return damaged > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }

    /** Checks what the store lists; gives what ended the list early, if something did. */
    private Optional<CorruptDataException> checkBlocks(Blockstore store, Progress progress) {
        try (Stream<Cid> cids = store.list()) {
            for (Iterator<Cid> all = cids.iterator(); all.hasNext(); ) {
                Cid cid = all.next();
                try {
                    Optional<byte[]> block = store.get(cid);
                    long size = block.map(found -> found.length).orElse(0);
                    blocks += block.isPresent() ? 1 : 0; // one that was removed meanwhile does not count
                    bytes += size;
                    progress.advance(size);
                } catch (CorruptDataException e) {
                    blocks++;
                    damaged++;
                    progress.clear();
                    print(cid, "damaged", e);
                } catch (UnsupportedHashException e) {
                    blocks++;
                    unchecked++;
                    progress.clear();
                    print(cid, "unchecked", e);
                }
            }
            return Optional.empty();
        } catch (CorruptDataException e) {
            return Optional.of(e);
        }
    }

    private void print(Cid cid, String state, RuntimeException e) {
        if (json.json) {
            out().json(fields -> {
                fields.writeStringField("cid", cid.toString());
                fields.writeStringField("state", state);
                fields.writeStringField("message", e.getMessage());
            });
        } else {
            out().line(state + " " + cid + ": " + Printable.text(String.valueOf(e.getMessage())));
        }
        out().show();
    }

    private void printSummary() {
        if (json.json) {
            out().json(fields -> {
                fields.writeNumberField("blocks", blocks);
                fields.writeNumberField("bytes", bytes);
                fields.writeNumberField("damaged", damaged);
                fields.writeNumberField("unchecked", unchecked);
            });
        } else {
            out().line(blocks + " blocks, " + bytes + " B, " + damaged + " damaged"
                    + (unchecked > 0 ? ", " + unchecked + " of a hash that cannot be checked" : ""));
        }
        out().show();
    }
}
