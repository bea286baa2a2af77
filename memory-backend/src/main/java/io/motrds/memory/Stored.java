package io.motrds.memory;

import io.motrds.api.Key;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the map keeps for a key. Compared by identity alone: the array never changes, a new value is a new record.
 *
 * @param key the key
 * @param value the store's own array, never handed out
 * @param expires when the key goes away; null for never
 */
record Stored(Key key, byte[] value, @Nullable Instant expires) {

    long bytes() {
        return (long) key.length() + value.length;
    }

    Instant expiresOrNever() {
        return expires == null ? Instant.MAX : expires;
    }

    boolean isExpired(Clock clock) {
        return expires != null && isExpiredAt(clock.instant());
    }

    boolean isExpiredAt(Instant moment) {
        return expires != null && !moment.isBefore(expires);
    }
}
