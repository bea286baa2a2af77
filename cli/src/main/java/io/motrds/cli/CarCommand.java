package io.motrds.cli;

import io.motrds.api.spi.Printable;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.car.CarExporter;
import io.motrds.ipfs.car.CarImportOptions;
import io.motrds.ipfs.car.CarImported;
import io.motrds.ipfs.car.CarImporter;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Takes in and writes CAR files. */
@Command(
        name = "car",
        description = "Take in and write CAR files: DAGs, block by block, in one file.",
        commandListHeading = "%nCommands:%n",
        subcommands = {CarCommand.Import.class, CarCommand.Export.class},
        footer = {"  motrds car import photos.car", "  motrds car export CID > photos.car"})
final class CarCommand extends MotrdsCommand {

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command: import or export");
    }

    /** Stores the blocks of CARs. */
    @Command(
            name = "import",
            description = {
                "Store the blocks of CAR files (version 1), each checked against its hash, and",
                "print their roots. Roots are stored last, when all proved sound and complete."
            },
            footer = {
                "  motrds car import photos.car",
                "  ipfs dag export CID | motrds car import -",
                "  motrds car import --partial piece.car"
            })
    static final class Import extends MotrdsCommand {

        private static final Path STANDARD_INPUT = Path.of("-");

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "The CARs; - for standard input.")
        List<Path> files = List.of();

        @Option(names = "--partial", description = "Take a CAR that lacks blocks to which others in it link.")
        boolean partial;

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() throws IOException {
            try (StoreSession session = motrds().open()) {
                for (Path file : files) {
                    print(take(file, new Blockstore(session.store())));
                }
            }
            return ExitCode.OK;
        }

        private CarImported take(Path file, Blockstore blocks) throws IOException {
            boolean piped = file.equals(STANDARD_INPUT);
            Progress progress = new Progress(motrds().shell(), piped ? 0 : Files.size(file));
            CarImportOptions options =
                    CarImportOptions.defaults().partial(partial).progress(progress::at);
            try (InputStream car = piped ? motrds().shell().in() : Files.newInputStream(file)) {
                return new CarImporter(blocks, options).add(car);
            } finally {
                progress.clear();
            }
        }

        private void print(CarImported imported) {
            for (Cid root : imported.roots()) {
                if (json.json) {
                    out().json(fields -> {
                        fields.writeStringField("cid", root.toString());
                        fields.writeNumberField("blocks", imported.blocks());
                        fields.writeNumberField("bytes", imported.bytes());
                    });
                } else {
                    out().line("imported " + root);
                }
            }
            out().show();
        }
    }

    /** Writes a CAR. */
    @Command(
            name = "export",
            description = {
                "Write what hangs from a root as a CAR file (version 1), every block checked",
                "against its hash. The bytes are those of ipfs dag export."
            },
            footer = {
                "  motrds car export CID > photos.car",
                "  motrds car export CID/letters -o letters.car",
                "  motrds car export CID | ipfs dag import"
            })
    static final class Export extends MotrdsCommand {

        @Parameters(paramLabel = "PATH", description = "A CID, or a folder's CID and names below it.")
        String path = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Write to this file, which must not exist; it appears when complete.")
        @Nullable Path target;

        @Override
        public Integer call() throws IOException {
            IpfsPath source = IpfsPath.parse(path);
            try (StoreSession session = motrds().open()) {
                Blockstore blocks = new Blockstore(session.store());
                Cid root = source.names().isEmpty()
                        ? source.root()
                        : new UnixFsExporter(blocks).stat(source).cid();
                if (target == null) {
                    new CarExporter(blocks).export(root, out());
                } else {
                    write(root, blocks, target);
                }
            }
            return ExitCode.OK;
        }

        private void write(Cid root, Blockstore blocks, Path file) throws IOException {
            if (Files.exists(file)) {
                throw new UsageException(file + " exists; remove it, or choose another name");
            }
            Path part = file.resolveSibling(".motrds-" + UUID.randomUUID() + ".part");
            try {
                try (OutputStream car = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
                    new CarExporter(blocks).export(root, car);
                }
                Files.move(part, file);
            } finally {
                Files.deleteIfExists(part);
            }
            out().line("saved " + Printable.text(file.toString()));
        }
    }
}
