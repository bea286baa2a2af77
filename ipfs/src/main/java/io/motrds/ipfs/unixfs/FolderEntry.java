package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import java.util.Optional;

/**
 * A file or folder, listed.
 *
 * @param name its name as the folder has it, which may be anything: it is no safe file name; empty for a root
 * @param cid its root
 * @param type what it is
 * @param size bytes of a file's content as its root claims it; 0 for what is no file
 * @param metadata its mode and time, as far as they are stored
 * @param target where a symbolic link leads to, which may be anything; empty for what is none
 */
public record FolderEntry(
        String name, Cid cid, EntryType type, long size, UnixFsMetadata metadata, Optional<String> target) {}
