package io.motrds.layers;

import java.time.Duration;

/**
 * How often to try, and how long to wait in between.
 *
 * @param attempts calls in all, at least 1
 * @param backoff the longest pause after the first attempt; doubles with each
 * @param maxBackoff the longest pause after any
 */
record RetryPolicy(int attempts, Duration backoff, Duration maxBackoff) {

    /**
     * The pause after an attempt.
     *
     * @param attempt its number, from 1
     * @param random from 0 to 1: a half of the pause is left to chance
     */
    Duration pauseAfter(int attempt, double random) {
        double longest = Math.min(nanos(backoff) * Math.pow(2, attempt - 1), nanos(maxBackoff));
        return Duration.ofNanos((long) (longest * (0.5 + random / 2)));
    }

    /** As a double: a configured time may be longer than a long of nanoseconds, some 292 years, can say. */
    private static double nanos(Duration time) {
        return time.getSeconds() * 1e9 + time.getNano();
    }
}
