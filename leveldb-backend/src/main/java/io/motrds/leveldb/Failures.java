package io.motrds.leveldb;

import io.motrds.api.CorruptDataException;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreUnavailableException;
import java.io.IOException;
import java.util.Locale;
import org.iq80.leveldb.impl.DbImpl.BackgroundProcessingException;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what the library or a file throws the exception that says what to do.
 *
 * @param store the store's name, with which every message starts
 */
record Failures(String store) {

    /**
     * The exception for a failure.
     *
     * @param action what was tried, as in {@code get /a}
     */
    DatastoreException of(String action, Throwable thrown) {
        if (thrown instanceof DatastoreException known) {
            return known;
        }
        String said = store + ": " + action + ": ";
        if (find(BackgroundProcessingException.class, thrown) != null) {
            said +=
                    "the store takes no more writes until it is closed and opened again, because of an earlier failure: ";
        }
        DamagedFileException damage = find(DamagedFileException.class, thrown);
        if (damage != null) {
            return new CorruptDataException(said + damage.getMessage(), thrown);
        }
        IOException io = find(IOException.class, thrown);
        if (io != null) {
            return isFull(io)
                    ? new DatastoreUnavailableException(
                            said + "the disk is full (" + io.getMessage()
                                    + "): free some space, then close the store and"
                                    + " open it again; what was written before is kept",
                            thrown)
                    : new DatastoreException(said + io, thrown);
        }
        Throwable root = root(thrown);
        // the library's own checks of what it read
        boolean check = root instanceof IllegalArgumentException
                || root instanceof IllegalStateException
                || root instanceof IndexOutOfBoundsException;
        return check
                ? new CorruptDataException(said + "the store's files are damaged: " + root.getMessage(), thrown)
                : new DatastoreException(said + root, thrown);
    }

    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
