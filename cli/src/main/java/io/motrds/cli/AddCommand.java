package io.motrds.cli;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.ImportOptions;
import io.motrds.ipfs.unixfs.UnixFsImporter;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores files and folders. */
@Command(
        name = "add",
        description = {
            "Store files and folders as IPFS blocks and print their CIDs, which are those",
            "that ipfs add prints. The last line comes when everything is durable."
        },
        footer = {
            "  motrds add photo.jpg",
            "  motrds add -Q --cid-version 1 folder",
            "  tar c folder | motrds add -",
            "  motrds add -w photo.jpg letter.txt"
        })
final class AddCommand extends MotrdsCommand {

    private static final Path STANDARD_INPUT = Path.of("-");

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders; - for standard input.")
    List<Path> paths = List.of();

    @Option(
            names = {"-w", "--wrap-with-directory"},
            description = "Put everything into one folder, in which each keeps its name.")
    boolean wrap;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print CIDs alone.")
    boolean quiet;

    @Option(
            names = {"-Q", "--quieter"},
            description = "Print the CIDs of what was named alone.")
    boolean quieter;

    @Option(
            names = "--chunker",
            paramLabel = "size-N",
            description = "Cut files into pieces of N bytes; 262144 unless told otherwise.")
    @Nullable String chunker;

    @Option(names = "--cid-version", paramLabel = "N", description = "0 or 1; 0 unless told otherwise.")
    int cidVersion;

    @Option(
            names = "--raw-leaves",
            negatable = true,
            description = "Store pieces of files as they are; on with CID version 1.")
    @Nullable Boolean rawLeaves;

    @Option(
            names = {"-t", "--trickle"},
            description = "Lay files out for reading from the start.")
    boolean trickle;

    @Option(names = "--preserve-mode", description = "Store the permissions of files and folders.")
    boolean preserveMode;

    @Option(names = "--preserve-mtime", description = "Store when files, folders and symbolic links were changed last.")
    boolean preserveMtime;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Store these permissions for all, as in 0644; 0 stands for none.")
    @Nullable String mode;

    @Option(
            names = "--mtime",
            paramLabel = "SECONDS",
            description = "Store this time for all, in seconds since 1970; 0 stands for none.")
    long mtime;

    @Option(names = "--mtime-nsecs", paramLabel = "N", description = "Nanoseconds to add to --mtime.")
    int mtimeNanos;

    @Option(
            names = {"-H", "--hidden"},
            description = "Store what folders hold under names that start with a dot, too.")
    boolean hidden;

    @Option(
            names = {"-r", "--recursive"},
            description = "Ignored: folders are always stored whole.")
    boolean recursive;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        if (wrap && paths.contains(STANDARD_INPUT)) {
            throw new UsageException("standard input has no name in a folder; leave out -w, or give a file");
        }
        Progress progress = new Progress(motrds().shell(), motrds().shell().watched() ? expectedBytes() : 0);
        AddReport report = new AddReport(out(), form(), progress);
        ImportOptions options = options().listener(report);
        try (StoreSession session = motrds().open()) {
            UnixFsImporter importer = new UnixFsImporter(new Blockstore(session.store()), options);
            if (wrap) {
                report.durable(importer.addWrapped(paths));
                return ExitCode.OK;
            }
            for (Path path : paths) {
                boolean piped = path.equals(STANDARD_INPUT);
                report.durable(piped ? importer.add(motrds().shell().in()) : importer.add(path));
            }
            return ExitCode.OK;
        } finally {
            progress.clear();
        }
    }

    private AddReport.Form form() {
        if (json.json) {
            return AddReport.Form.JSON;
        }
        if (quieter) {
            return AddReport.Form.ROOT_CID;
        }
        return quiet ? AddReport.Form.CID : AddReport.Form.LINE;
    }

    private ImportOptions options() {
        ImportOptions options = ImportOptions.defaults()
                .cidVersion(cidVersion)
                .hidden(hidden)
                .trickle(trickle)
                .preserveMode(preserveMode)
                .preserveMtime(preserveMtime)
                .mode(modeBits());
        if (mtime != 0) {
            options = options.mtime(givenTime());
        } else if (mtimeNanos != 0) {
            throw new UsageException("--mtime-nsecs needs --mtime, the seconds");
        }
        if (rawLeaves != null) {
            options = options.rawLeaves(rawLeaves);
        }
        return chunker == null ? options : options.chunker(chunker);
    }

    /** A number as kubo takes it: octal with a zero before it, else decimal. */
    private int modeBits() {
        try {
            return mode == null ? 0 : Integer.decode(mode);
        } catch (NumberFormatException e) {
            throw new UsageException("--mode " + mode + " is no mode; give one as in 0644", e);
        }
    }

    private Instant givenTime() {
        try {
            ChronoField.NANO_OF_SECOND.checkValidValue(mtimeNanos);
            return Instant.ofEpochSecond(mtime, mtimeNanos);
        } catch (DateTimeException e) {
            throw new UsageException("--mtime " + mtime + " with --mtime-nsecs " + mtimeNanos + " is no time", e);
        }
    }

    /** The size of what is to be stored, to show progress against; 0 when standard input is among it. */
    private long expectedBytes() throws IOException {
        long bytes = 0;
        for (Path path : paths) {
            if (path.equals(STANDARD_INPUT)) {
                return 0;
            }
            bytes += sizeOf(path);
        }
        return bytes;
    }

    /** Files below that nobody may read are met again, and reported, by the import. */
    private static long sizeOf(Path path) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }
}
