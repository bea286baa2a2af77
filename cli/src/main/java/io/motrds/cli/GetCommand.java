package io.motrds.cli;

import io.motrds.api.RefusedInputException;
import io.motrds.api.spi.Printable;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.GetOptions;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes files and folders to disk. */
@Command(
        name = "get",
        description = {
            "Write a file or folder to disk, every block checked against its hash. Nothing is",
            "written outside the target, whatever names a folder has."
        },
        footer = {"  motrds get CID -o photo.jpg", "  motrds get CID/photos"})
final class GetCommand extends MotrdsCommand {

    @Parameters(paramLabel = "PATH", description = "A CID, or a folder's CID and names below it.")
    String path = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "TARGET",
            description = "The name that it gets; the last part of PATH unless told otherwise.")
    @Nullable Path target;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    boolean overwrite;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        IpfsPath source = IpfsPath.parse(path);
        Path to = target != null ? target : defaultTarget(source);
        long[] written = {0};
        try (StoreSession session = motrds().open()) {
            UnixFsExporter exporter = new UnixFsExporter(new Blockstore(session.store()));
            Progress progress =
                    new Progress(motrds().shell(), exporter.stat(source).size());
            try {
                exporter.get(
                        source, to, GetOptions.defaults().overwrite(overwrite).progress(bytes -> {
                            written[0] = bytes;
                            progress.at(bytes);
                        }));
            } finally {
                progress.clear();
            }
        }
        print(to, written[0]);
        return ExitCode.OK;
    }

    /** The last part of the path in the working folder. The path may be somebody else's, so it must not lead away. */
    private Path defaultTarget(IpfsPath source) {
        List<String> names = source.names();
        String name = names.isEmpty() ? source.root().toString() : names.get(names.size() - 1);
        try {
            Path last = Path.of(name);
            boolean leadsAway = name.equals(".") || name.equals("..") || !last.equals(last.getFileName());
            if (!leadsAway) {
                return last;
            }
        } catch (InvalidPathException e) {
            // as below
        }
        throw new RefusedInputException(
                "cannot save under the name \"" + Printable.text(name) + "\"; give one with --output");
    }

    private void print(Path to, long bytes) {
        if (json.json) {
            out().json(fields -> {
                fields.writeStringField("path", to.toString());
                fields.writeNumberField("bytes", bytes);
            });
        } else {
            out().line("saved " + Printable.text(to.toString()));
        }
    }
}
