package io.motrds.ipfs.unixfs;

/** What an entry of a folder is. */
public enum EntryType {
    /** A file. */
    FILE,
    /** A folder, plain or sharded; only plain ones can be read. */
    FOLDER,
    /** A symbolic link, which cannot be read. */
    SYMLINK,
    /** A block of another codec or kind, which cannot be read as file or folder. */
    OTHER
}
