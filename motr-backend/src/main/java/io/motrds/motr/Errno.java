package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.MisconfiguredException;

/** Motr's return codes: negative errno values of Linux. */
public final class Errno {
    /** No such index or key. */
    public static final int ENOENT = -2;
    /** Failed on a server. */
    public static final int EIO = -5;
    /** Too much for one transaction of a server. */
    public static final int E2BIG = -7;
    /** Not now. */
    public static final int EAGAIN = -11;
    /** The key or index exists. */
    public static final int EEXIST = -17;
    /** The local address is in use. */
    public static final int EADDRINUSE = -98;
    /** No connection. */
    public static final int ENOTCONN = -107;
    /** No answer in time; the operation goes on. */
    public static final int ETIMEDOUT = -110;
    /** Nobody listens. */
    public static final int ECONNREFUSED = -111;
    /** A server cannot be reached, or a reply would not fit a message. */
    public static final int EHOSTUNREACH = -113;

    /** Not Motr's: there was no room in the window in time, so the operation was not sent. */
    public static final int NO_ROOM = -1_000_000;

    /** Not Motr's: -2 for a whole operation, so that it is not mistaken for a missing key. */
    public static final int NO_INDEX = -1_000_001;

    /** Not Motr's: the cluster does not know the pool version that an object is in. */
    public static final int NO_POOL = -1_000_002;

    private Errno() {}

    /** Whether the same operation may succeed when it is sent again. */
    public static boolean isPassing(int rc) {
        return switch (rc) {
            case EIO, EAGAIN, ENOTCONN, ECONNREFUSED, EHOSTUNREACH -> true;
            default -> false;
        };
    }

    /** The exception for a code. */
    public static DatastoreException toException(int rc, String store, String doing) {
        String what = store + ": " + doing + ": Motr answered " + name(rc);
        if (rc == ETIMEDOUT) {
            return new DatastoreTimeoutException(store + ": " + doing + ": Motr did not answer in time. Motr's client"
                    + " library does not recover by itself when a server was lost: if this stays, check the cluster"
                    + " and start this process afresh");
        }
        if (rc == NO_ROOM) {
            return new DatastoreTimeoutException(store + ": " + doing + ": too many operations wait for Motr, which is"
                    + " slow or does not answer; nothing was sent");
        }
        if (rc == NO_POOL) {
            return new DatastoreException(store + ": " + doing + ": this cluster does not know the pool version that"
                    + " the data is in: was the index made in another cluster, or this one configured anew?");
        }
        if (isPassing(rc)) {
            return new DatastoreUnavailableException(what);
        }
        if (rc == ENOENT || rc == NO_INDEX) {
            return new MisconfiguredException(
                    store + ": " + doing + ": the index does not exist (any more): create it, or correct `index`");
        }
        return new DatastoreException(what);
    }

    /** A code as text, such as {@code -5 (EIO)}. */
    public static String name(int rc) {
        return switch (rc) {
            case ENOENT -> "-2 (ENOENT)";
            case EIO -> "-5 (EIO)";
            case E2BIG -> "-7 (E2BIG)";
            case EAGAIN -> "-11 (EAGAIN)";
            case EEXIST -> "-17 (EEXIST)";
            case EADDRINUSE -> "-98 (EADDRINUSE)";
            case ENOTCONN -> "-107 (ENOTCONN)";
            case ETIMEDOUT -> "-110 (ETIMEDOUT)";
            case ECONNREFUSED -> "-111 (ECONNREFUSED)";
            case EHOSTUNREACH -> "-113 (EHOSTUNREACH)";
            default -> Integer.toString(rc);
        };
    }
}
