package io.motrds.leveldb;

import io.motrds.api.MisconfiguredException;
import org.iq80.leveldb.util.Snappy;

/**
 * Sees to it that the library finds Snappy: it looks once, through the class loader of whichever thread comes first, and
 * fails with a null pointer ever after if that one has none. Not before Snappy is needed, because loading it makes Java 24
 * and later print a warning.
 */
final class SnappyLoading {

    private static final boolean AVAILABLE = load();

    private SnappyLoading() {}

    private static boolean load() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(SnappyLoading.class.getClassLoader());
        try {
            return Snappy.available();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static void require() {
        if (!AVAILABLE) {
            throw new MisconfiguredException("org.iq80.snappy:snappy is not on the class path: add it");
        }
    }
}
