package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.cid.Cid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A row of kubo.tsv: something on disk, options of {@code ipfs add}, and the CID that kubo gave it.
 *
 * @param content what is on disk, as {@link #make} reads it
 * @param options separated by spaces; may be empty
 */
record KuboCase(String content, String options, String cid) {

    /** When everything of the tree was changed last. */
    private static final Instant CHANGED = Instant.parse("2021-03-04T05:06:07.123456000Z");

    static List<KuboCase> all() {
        return Vectors.rows("kubo.tsv").stream()
                .map(row -> new KuboCase(row.get(0), row.get(1), row.get(2)))
                .toList();
    }

    /** Makes the content below a folder and returns where it is. */
    Path make(Path folder) throws IOException {
        String[] words = content.split(" ", -1);
        Path made = folder.resolve("content");
        switch (words[0]) {
            case "file" -> Files.write(made, GeneratedContent.bytes(Long.parseLong(words[1])));
            case "names" -> names(made, Integer.parseInt(words[1]));
            case "empty" -> emptyFiles(made, Integer.parseInt(words[1]), words[2]);
            case "tree" -> tree(made);
            case "link" -> Files.createSymbolicLink(made, Path.of("nowhere/at all"));
            default -> throw new IllegalArgumentException(content);
        }
        return made;
    }

    private static void names(Path folder, int count) throws IOException {
        Files.createDirectory(folder);
        for (int i = 1; i <= count; i++) {
            Files.writeString(folder.resolve("file-" + i), "" + i);
        }
    }

    private static void emptyFiles(Path folder, int count, String another) throws IOException {
        Files.createDirectory(folder);
        for (int i = 1; i <= count; i++) {
            Files.createFile(folder.resolve(String.format("%0100d", i)));
        }
        Files.createFile(folder.resolve(another));
    }

    private static void tree(Path folder) throws IOException {
        Path sub = Files.createDirectories(folder.resolve("sub"));
        List<Path> all = new ArrayList<>(List.of(
                folder,
                sub,
                Files.writeString(folder.resolve("a"), "hello"),
                Files.write(folder.resolve("large"), GeneratedContent.bytes(600_000)),
                Files.createDirectory(folder.resolve("none")),
                Files.createSymbolicLink(folder.resolve("link"), Path.of("a")),
                Files.createSymbolicLink(sub.resolve("dangling"), Path.of("/nowhere/at/all")),
                Files.write(sub.resolve("b"), "world".getBytes(UTF_8))));
        Collections.reverse(all); // a folder's time last
        for (Path path : all) {
            Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.from(CHANGED), null, null);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setPosixFilePermissions(sub, PosixFilePermissions.fromString("rwxrwxr-x"));
        Files.setPosixFilePermissions(folder.resolve("none"), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(folder.resolve("large"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(folder.resolve("a"), PosixFilePermissions.fromString("r--r--r--"));
        Files.setAttribute(sub.resolve("b"), "unix:mode", 04755);
    }

    List<String> optionList() {
        return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
    }

    /** Imports what was made. */
    Cid add(Path made, Blockstore blocks) throws IOException {
        UnixFsImporter importer = new UnixFsImporter(blocks, importOptions());
        return (optionList().contains("-w") ? importer.addWrapped(List.of(made)) : importer.add(made)).cid();
    }

    private ImportOptions importOptions() {
        ImportOptions all = ImportOptions.defaults();
        long seconds = 0;
        long nanos = 0;
        for (String option : optionList()) {
            String[] parts = option.split("=", -1);
            switch (parts[0]) {
                case "-w" -> {}
                case "--trickle" -> all = all.trickle(true);
                case "--raw-leaves" -> all = all.rawLeaves(true);
                case "--cid-version" -> all = all.cidVersion(Integer.parseInt(parts[1]));
                case "--chunker" -> all = all.chunker(parts[1]);
                case "--preserve-mode" -> all = all.preserveMode(true);
                case "--preserve-mtime" -> all = all.preserveMtime(true);
                case "--mode" -> all = all.mode(Integer.decode(parts[1]));
                case "--mtime" -> seconds = Long.parseLong(parts[1]);
                case "--mtime-nsecs" -> nanos = Long.parseLong(parts[1]);
                default -> throw new IllegalArgumentException(option);
            }
        }
        return seconds == 0 ? all : all.mtime(Instant.ofEpochSecond(seconds, nanos));
    }

    @Override
    public String toString() {
        return "ipfs add " + options + " [" + content + "]";
    }
}
