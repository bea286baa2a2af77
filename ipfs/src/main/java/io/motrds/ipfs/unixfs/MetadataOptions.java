package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which modes and times an import stores. By kubo's rules: what is given goes before what is preserved; a symbolic link has
 * a time alone; what comes from a stream, and a folder put around everything, has only what is given.
 *
 * @param preserveMode whether files and folders keep the permission bits that they have on disk
 * @param preserveMtime whether files, folders and symbolic links keep the time of their last change
 * @param given mode and time for all of them
 */
public record MetadataOptions(boolean preserveMode, boolean preserveMtime, UnixFsMetadata given) {

    /** Stores none. */
    public static final MetadataOptions NONE = new MetadataOptions(false, false, UnixFsMetadata.NONE);

    /** Whether any mode or time may be stored. */
    public boolean isEmpty() {
        return !preserveMode && !preserveMtime && given.isEmpty();
    }

    UnixFsMetadata ofFile(Path file, BasicFileAttributes attributes) throws IOException {
        OptionalInt mode = mode(file);
        boolean none = mode.isPresent() && mode.getAsInt() == 0; // which a file of mode 000 has, but not a folder
        return new UnixFsMetadata(none ? OptionalInt.empty() : mode, mtime(attributes));
    }

    UnixFsMetadata ofFolder(Path folder, BasicFileAttributes attributes) throws IOException {
        return new UnixFsMetadata(mode(folder), mtime(attributes));
    }

    UnixFsMetadata ofSymlink(BasicFileAttributes attributes) {
        return new UnixFsMetadata(OptionalInt.empty(), mtime(attributes));
    }

    private Optional<Instant> mtime(BasicFileAttributes attributes) {
        return preserveMtime && given.mtime().isEmpty()
                ? Optional.of(attributes.lastModifiedTime().toInstant())
                : given.mtime();
    }

    private OptionalInt mode(Path path) throws IOException {
        if (!preserveMode || given.mode().isPresent()) {
            return given.mode();
        }
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return OptionalInt.of(mode & UnixFsMetadata.MODE_BITS);
        } catch (UnsupportedOperationException e) {
            throw new RefusedInputException(
                    "cannot preserve the mode of " + path + ": its file system has no Unix modes; give one for all", e);
        }
    }
}
