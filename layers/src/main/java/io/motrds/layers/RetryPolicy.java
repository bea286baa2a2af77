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
        double doubled = (double) backoff.toNanos() * Math.pow(2, attempt - 1);
        double longest = Math.min(doubled, (double) maxBackoff.toNanos());
        return Duration.ofNanos((long) (longest * (0.5 + random / 2)));
    }
}
