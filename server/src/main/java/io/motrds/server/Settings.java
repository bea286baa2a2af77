package io.motrds.server;

import io.motrds.api.Limits;
import java.time.Duration;

/**
 * What a sidecar allows.
 *
 * @param maxCalls calls at once, streams included; a further one is refused with RESOURCE_EXHAUSTED
 * @param maxMessageBytes the largest request; at least a value of {@link Limits#MIN_VALUE_BYTES} and 64 KiB
 * @param maxBatchBytes keys and values of all open batches and transactions together; a write beyond is refused with
 *     RESOURCE_EXHAUSTED
 * @param idle a stream that its client neither reads nor writes for so long ends
 * @param drain how long calls under way are waited for when the server is told to stop
 */
public record Settings(int maxCalls, int maxMessageBytes, long maxBatchBytes, Duration idle, Duration drain) {

    /** What a request needs besides its value: the key, the fields' numbers. */
    static final int OVERHEAD = 128 << 10;

    private static final int MIN_MESSAGE_BYTES = Limits.MIN_VALUE_BYTES + OVERHEAD;

    /** Checks the bounds. */
    public Settings {
        require(maxCalls > 0, "at least 1 call at once");
        require(maxMessageBytes >= MIN_MESSAGE_BYTES, "messages of at least " + MIN_MESSAGE_BYTES + " bytes");
        require(maxBatchBytes >= maxMessageBytes, "batches of at least one message, " + maxMessageBytes + " bytes");
        require(idle.toMillis() > 0, "an idle time above 0");
        require(!drain.isNegative(), "a time to drain of at least 0");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the server needs " + what);
        }
    }

    /** 256 calls, messages of 33 MiB, a quarter of the heap for batches, 60 s idle, 30 s to drain. */
    public static Settings defaults() {
        int messages = (33 << 20) + OVERHEAD;
        long batches = Math.max(2L * messages, Runtime.getRuntime().maxMemory() / 4);
        return new Settings(256, messages, batches, Duration.ofSeconds(60), Duration.ofSeconds(30));
    }
}
