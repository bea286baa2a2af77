package io.motrds.api.feature;

import io.motrds.api.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Values that go away by themselves. An expired key is absent for every operation. */
public interface Expiry extends Feature {

    /** As {@link io.motrds.api.Datastore#put}, for a time to live that must be positive. A plain put removes the expiry. */
    void put(Key key, byte[] value, Duration timeToLive);

    /** Sets the time to live of a key that exists, counted from now. Does nothing when the key is absent. */
    void setTimeToLive(Key key, Duration timeToLive);

    /** When the key goes away; empty when it is absent or stays. */
    Optional<Instant> expiration(Key key);
}
