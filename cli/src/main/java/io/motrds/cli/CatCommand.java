package io.motrds.cli;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes files to standard output. */
@Command(
        name = "cat",
        description = "Write files to standard output, every block checked against its hash.",
        footer = {
            "  motrds cat CID > photo.jpg",
            "  motrds cat CID/folder/letter.txt",
            "  motrds cat --offset 1000 --length 100 CID"
        })
final class CatCommand extends MotrdsCommand {

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "The files: a CID, or a folder's CID and names below it.")
    List<String> paths = List.of();

    @Option(names = "--offset", paramLabel = "N", description = "Start at this byte.")
    long offset;

    @Option(names = "--length", paramLabel = "N", description = "Write at most this many bytes.")
    long length = Long.MAX_VALUE;

    @Override
    public Integer call() throws IOException {
        UsageException.requireNotNegative("--offset", offset);
        UsageException.requireNotNegative("--length", length);
        List<IpfsPath> files = paths.stream().map(IpfsPath::parse).toList();
        boolean isPart = offset > 0 || length < Long.MAX_VALUE;
        if (isPart && files.size() > 1) {
            throw new UsageException("--offset and --length are for a single file");
        }
        try (StoreSession session = motrds().open()) {
            UnixFsExporter exporter = new UnixFsExporter(new Blockstore(session.store()));
            for (IpfsPath file : files) {
                exporter.cat(file, offset, length, out());
            }
        }
        return ExitCode.OK;
    }
}
