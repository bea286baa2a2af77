package io.motrds.leveldb;

import io.motrds.api.DatastoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a folder to one open store: against other processes by a lock on the file {@code LOCK}, against this one by a
 * list of its own. The list is needed because a process loses its lock as soon as it closes any handle of the file, so
 * that a refused second opening would let other processes in.
 */
final class FolderLock implements AutoCloseable {

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** By their files' ids: handles of files that other code in this process has locked. They stay open for its sake. */
    private static final Map<Object, FileChannel> KEPT = new ConcurrentHashMap<>();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param folder an existing folder
     * @throws DatastoreUnavailableException if a store is open there
     */
    static FolderLock take(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(folder, "a store that this process opened already: share that one, or close it first");
        }
        Path file = real.resolve("LOCK");
        FileChannel channel = null;
        try {
            channel = channel(file);
            FileLock lock = channel.tryLock();
            if (lock == null || isLockedByGo(file)) {
                throw inUse(
                        folder, "another process: close the store there (stop kubo, if it is kubo's), then try again");
            }
            return new FolderLock(real, channel);
        } catch (OverlappingFileLockException e) {
            HELD.remove(real);
            if (channel != null) {
                keep(file, channel);
            }
            throw inUse(folder, "other code in this process, not through motrds as it is loaded here: close it there");
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD.remove(real);
            throw e;
        }
    }

    private static FileChannel channel(Path file) throws IOException {
        if (Files.exists(file)) {
            Object id = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            FileChannel kept = id == null ? null : KEPT.remove(id);
            if (kept != null) {
                return kept;
            }
        }
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Leaves a channel open; where files have no ids (Windows) a lock does not end with another handle of its file. */
    private static void keep(Path file, FileChannel channel) throws IOException {
        Object id = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        if (id == null) {
            channel.close();
        } else {
            KEPT.put(id, channel);
        }
    }

    private static DatastoreUnavailableException inUse(Path folder, String by) {
        return new DatastoreUnavailableException("folder " + folder + " is in use by " + by);
    }

    /**
     * Whether a program with goleveldb, such as kubo, has the store open. It locks with flock, which on Linux does not
     * meet the lock that Java takes, but is listed by the kernel.
     */
    private static boolean isLockedByGo(Path file) throws IOException {
        Path locks = Path.of("/proc/locks");
        if (!Files.isReadable(locks)) {
            return false;
        }
        Object inode = Files.getAttribute(file, "unix:ino");
        long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
        long major = (device >> 8) & 0xfff;
        long minor = (device & 0xff) | ((device >> 12) & 0xfff00);
        String id = String.format(" %02x:%02x:%s ", major, minor, inode);
        return Files.readAllLines(locks).stream().anyMatch(line -> line.contains("FLOCK") && line.contains(id));
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(folder);
        }
    }
}
