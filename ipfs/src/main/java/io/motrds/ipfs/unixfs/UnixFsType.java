package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.MalformedBlockException;

/** What a UnixFS node is. */
enum UnixFsType {
    RAW(0),
    DIRECTORY(1),
    FILE(2),
    METADATA(3),
    SYMLINK(4),
    HAMT_SHARD(5);

    private final int number;

    UnixFsType(int number) {
        this.number = number;
    }

    /** What stands for it in the message. */
    int number() {
        return number;
    }

    static UnixFsType of(long number) {
        for (UnixFsType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new MalformedBlockException("its UnixFS type " + Long.toUnsignedString(number) + " is unknown");
    }
}
