package io.motrds.cli;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.NotFoundException;
import io.motrds.ipfs.cid.Cid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Works on single blocks. */
@Command(
        name = "block",
        description = "Work on single blocks.",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            BlockCommand.Put.class,
            BlockCommand.Get.class,
            BlockCommand.Stat.class,
            BlockCommand.Rm.class,
            BlockCommand.Ls.class
        },
        footer = {"  motrds block put piece", "  motrds block stat CID", "  motrds block ls"})
final class BlockCommand extends MotrdsCommand {

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command: put, get, stat, rm or ls");
    }

    private static NotFoundException notFound(Cid cid, Blockstore blocks) {
        return new NotFoundException("block " + cid + " is not in " + blocks.name());
    }

    /** How to read a block that is put. */
    enum Codec {
        raw(Cid.RAW),
        dag_pb(Cid.DAG_PB);

        final long code;

        Codec(long code) {
            this.code = code;
        }

        /** The codec's own name, with a dash. */
        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    /** Stores blocks. */
    @Command(
            name = "put",
            description = "Store files as one block each, at most 2 MiB, and print their CIDs.",
            footer = {
                "  motrds block put piece",
                "  motrds block put --codec dag-pb node",
                "  motrds block get CID | motrds --config other.yaml block put --cid CID -"
            })
    static final class Put extends MotrdsCommand {

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files; - for standard input.")
        List<Path> files = List.of();

        @Option(
                names = "--codec",
                paramLabel = "NAME",
                description = "How the block is to be read: ${COMPLETION-CANDIDATES}.")
        Codec codec = Codec.raw;

        @Option(names = "--cid", paramLabel = "CID", description = "Refuse a block that is not this one.")
        @Nullable String expected;

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() throws IOException {
            Cid name = expected == null ? null : Cid.parse(expected);
            try (StoreSession session = motrds().open()) {
                Blockstore blocks = new Blockstore(session.store());
                for (Path file : files) {
                    byte[] block = ValueSource.of(motrds().shell(), null, file).read(Blockstore.MAX_BLOCK_BYTES);
                    Cid cid = put(name, block, blocks);
                    blocks.sync();
                    print(cid, block.length);
                }
            }
            return ExitCode.OK;
        }

        private Cid put(@Nullable Cid name, byte[] block, Blockstore blocks) {
            if (name == null) {
                return blocks.put(codec.code, block);
            }
            blocks.put(name, block);
            return name;
        }

        private void print(Cid cid, long size) {
            if (json.json) {
                out().json(fields -> {
                    fields.writeStringField("cid", cid.toString());
                    fields.writeNumberField("size", size);
                });
            } else {
                out().line(cid.toString());
            }
        }
    }

    /** Prints a block. */
    @Command(
            name = "get",
            description = "Write a block's bytes to standard output, checked against its hash.",
            footer = "  motrds block get CID > piece")
    static final class Get extends MotrdsCommand {

        @Parameters(paramLabel = "CID", description = "The block.")
        String cid = "";

        @Override
        public Integer call() throws IOException {
            Cid name = Cid.parse(cid);
            try (StoreSession session = motrds().open()) {
                out().write(new Blockstore(session.store()).require(name));
            }
            return ExitCode.OK;
        }
    }

    /** Says how large a block is. */
    @Command(
            name = "stat",
            description = "Print a block's CID and its size in bytes.",
            footer = "  motrds block stat CID --json")
    static final class Stat extends MotrdsCommand {

        @Parameters(paramLabel = "CID", description = "The block.")
        String cid = "";

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            Cid name = Cid.parse(cid);
            try (StoreSession session = motrds().open()) {
                Blockstore blocks = new Blockstore(session.store());
                long size = blocks.size(name).orElseThrow(() -> notFound(name, blocks));
                if (json.json) {
                    out().json(fields -> {
                        fields.writeStringField("cid", name.toString());
                        fields.writeNumberField("size", size);
                    });
                } else {
                    out().line("Key: " + name);
                    out().line("Size: " + size);
                }
            }
            return ExitCode.OK;
        }
    }

    /** Removes blocks. */
    @Command(
            name = "rm",
            description = {"Remove blocks. Files of which they are a part can then", "no longer be read."},
            footer = "  motrds block rm CID")
    static final class Rm extends MotrdsCommand {

        @Parameters(paramLabel = "CID", arity = "1..*", description = "The blocks.")
        List<String> cids = List.of();

        @Option(
                names = {"-f", "--force"},
                description = "Take no offence at blocks that are absent.")
        boolean force;

        @Override
        public Integer call() {
            List<Cid> names = cids.stream().map(Cid::parse).toList();
            try (StoreSession session = motrds().open()) {
                Blockstore blocks = new Blockstore(session.store());
                for (Cid name : names) {
                    if (!force && !blocks.has(name)) {
                        throw notFound(name, blocks);
                    }
                }
                names.forEach(blocks::delete);
                blocks.sync();
            }
            return ExitCode.OK;
        }
    }

    /** Lists blocks. */
    @Command(
            name = "ls",
            description = {
                "List the blocks of the store. It keeps hashes alone, so all are named as raw",
                "blocks of CID version 1."
            },
            footer = "  motrds block ls | wc -l")
    static final class Ls extends MotrdsCommand {

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            try (StoreSession session = motrds().open();
                    Stream<Cid> cids = new Blockstore(session.store()).list()) {
                cids.forEach(this::print);
            }
            return ExitCode.OK;
        }

        private void print(Cid cid) {
            if (json.json) {
                out().json(fields -> fields.writeStringField("cid", cid.toString()));
            } else {
                out().line(cid.toString());
            }
        }
    }
}
