package io.motrds.api.query;

import org.jspecify.annotations.Nullable;

/** A store's answer to a {@link Scan}. Used by one thread at a time. */
public interface Cursor extends AutoCloseable {

    /**
     * The next entry, or null at the end. Fails with a {@link io.motrds.api.DatastoreException}; after a failure the
     * cursor is only closed.
     */
    @Nullable Entry next();

    @Override
    void close();
}
