package io.motrds.ipfs.unixfs;

/** What an entry of a folder is. */
public enum EntryType {
    /** A file. */
    FILE,
    /** A folder, plain or sharded. */
    FOLDER,
    /** A symbolic link. */
    SYMLINK,
    /** Something whose root the store lacks, so that nobody can tell what it is. */
    MISSING,
    /** A block of another codec or kind, which cannot be read as file or folder. */
    OTHER
}
