package io.motrds.server;

import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file of a Unix socket that only its owner may use: mode 0600, in a folder of mode 0700. The folder keeps others out
 * in the moment between the binding of the socket and the change of its mode. A lock beside the socket tells one that a
 * dead server left from one that is in use.
 */
final class SocketFile implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

    private final Path socket;
    private final FileChannel lock;

    private SocketFile(Path socket, FileChannel lock) {
        this.socket = socket;
        this.lock = lock;
    }

    /**
     * Makes the folder if it is missing, and takes away a socket that a dead server left.
     *
     * @throws MisconfiguredException if others may enter the folder, or a server listens there
     */
    static SocketFile prepare(Path socket) {
        try {
            Path folder = folder(socket);
            FileChannel lock = FileChannel.open(
                    folder.resolve(socket.getFileName() + ".lock"),
                    EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                take(lock, socket);
                return new SocketFile(socket, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new MisconfiguredException("the server cannot listen at " + socket + ": " + e, e);
        }
    }

    private static Path folder(Path socket) throws IOException {
        Path folder = socket.getParent();
        if (folder == null || socket.getFileName() == null) {
            throw new MisconfiguredException("a Unix socket needs a file name in a folder, not " + socket);
        }
        if (!Files.exists(folder.resolveSibling(""))) {
            Files.createDirectories(folder.resolveSibling(""));
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
        } catch (FileAlreadyExistsException e) {
            check(folder);
        }
        return folder;
    }

    private static void check(Path folder) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory()) {
            throw new MisconfiguredException(folder + " is no folder");
        }
        if (!OWNER_ALONE.containsAll(attributes.permissions())) {
            throw new MisconfiguredException(
                    "others may enter the folder of the socket; give the socket a folder of its " + "own, or chmod 700 "
                            + folder);
        }
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new MisconfiguredException("the folder of the socket belongs to somebody else: " + folder);
        }
    }

    private static void take(FileChannel lock, Path socket) throws IOException {
        boolean taken;
        try {
            taken = lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            taken = false; // by this process
        }
        if (!taken || answers(socket)) {
            throw new MisconfiguredException("a server listens at " + socket + " already");
        }
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            boolean isSocket = Files.readAttributes(socket, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
            if (!isSocket) {
                throw new MisconfiguredException(socket + " exists and is no socket; choose another path");
            }
            Files.delete(socket);
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    /** Closes the bound socket to everybody but its owner. */
    void protect() {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException("the mode of " + socket + " cannot be set", e);
        }
    }

    /** Takes the socket away. */
    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("the socket cannot be removed: " + socket, e);
        }
    }
}
