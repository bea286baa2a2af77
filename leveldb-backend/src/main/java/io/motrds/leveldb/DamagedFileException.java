package io.motrds.leveldb;

import java.io.IOException;
import java.nio.file.Path;

/** A file of the store does not hold what was written to it. The message names the file. */
final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(Path file, String what) {
        super("file " + file.getFileName() + " is damaged: " + what);
    }
}
