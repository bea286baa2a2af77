package io.motrds.cli;

import io.motrds.api.DatastoreException;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;

/**
 * What a user is told about something that went wrong: one message, and how the command ends.
 *
 * @param message what happened and what to do; empty for what needs no words
 * @param exitCode see {@link ExitCode}
 */
record Problem(String message, int exitCode) {

    static Problem of(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof OutputException output) {
                return output.isBrokenPipe()
                        ? new Problem("", ExitCode.BROKEN_PIPE)
                        : new Problem(String.valueOf(output.getMessage()), ExitCode.FAILURE);
            }
        }
        if (thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return of(unchecked.getCause());
        }
        return new Problem(message(thrown), exitCode(thrown));
    }

    private static int exitCode(Throwable thrown) {
        if (thrown instanceof AbsentException || thrown instanceof NotFoundException) {
            return ExitCode.NOT_FOUND;
        }
        boolean refused = thrown instanceof UsageException
                || thrown instanceof MisconfiguredException
                || thrown instanceof RefusedInputException
                || thrown instanceof InvalidPathException;
        return refused ? ExitCode.USAGE : ExitCode.FAILURE;
    }

    private static String message(Throwable thrown) {
        if (thrown instanceof FileSystemException file) {
            return message(file);
        }
        if (thrown instanceof InvalidPathException path) {
            return "not a path on this system: " + path.getInput() + " (" + path.getReason() + ")";
        }
        boolean meantForUsers = thrown instanceof DatastoreException
                || thrown instanceof UsageException
                || thrown instanceof AbsentException
                || thrown instanceof IOException;
        if (meantForUsers && thrown.getMessage() != null) {
            return thrown.getMessage();
        }
        if (thrown instanceof OutOfMemoryError) {
            return "out of memory; give it more, as in MOTRDS_JAVA_OPTS=-Xmx1g";
        }
        return "internal error, please report it with what -v shows: " + thrown;
    }

    /** These exceptions carry the file's name as their message, and what happened in their type. */
    private static String message(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder: " + e.getFile();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied: " + e.getFile();
        }
        if (e instanceof FileAlreadyExistsException) {
            return "exists already: " + e.getFile();
        }
        return e.getFile() + ": " + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
    }
}
