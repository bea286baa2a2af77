package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;

/**
 * A file or folder, listed.
 *
 * @param name its name as the folder has it, which may be anything: it is no safe file name; empty for a root
 * @param cid its root
 * @param type what it is
 * @param size bytes of a file's content as its root claims it; 0 for what is no file
 */
public record FolderEntry(String name, Cid cid, EntryType type, long size) {}
