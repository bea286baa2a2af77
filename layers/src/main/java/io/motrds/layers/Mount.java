package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;

/** A store within a mount store and where it is mounted. It holds the keys below that; the one at {@code /} holds all. */
record Mount(Prefix point, Datastore store) {

    /** Whether the key lies below the mountpoint. Another mount, further down, may hold it. */
    boolean covers(Key key) {
        return point.key().isRoot() || point.key().isAncestorOf(key);
    }

    /** The keys below the mountpoint. */
    KeyRange range() {
        return KeyRange.under(point.key());
    }

    @Override
    public String toString() {
        return point + ": " + store.name();
    }
}
