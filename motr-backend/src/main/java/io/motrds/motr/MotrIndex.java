package io.motrds.motr;

/**
 * The boundary to Motr: the operations of one index, and of objects, asynchronous. Whoever launches an operation awaits
 * it, on the same thread or another.
 *
 * <p>Thread-safe. It neither limits what is in flight nor retries: {@link Pipeline} does.
 */
public interface MotrIndex extends AutoCloseable {

    /** Starts an operation. Arguments are within Motr's limits: the caller's duty, since Motr ends the process otherwise. */
    Flight launch(Request request);

    /** Creates the index: 0, -17 when it exists, another negative errno on failure. Waits at most so long. */
    int create(long timeoutNanos);

    /** Whether the index exists: 0 or -2, another negative errno on failure. Waits at most so long. */
    int lookUp(long timeoutNanos);

    /** Deletes the index with everything in it: 0, -2 when missing, another negative errno on failure. */
    int drop(long timeoutNanos);

    /**
     * Makes persistent what was written through this object before: 0, or a negative errno. Waits at most so long.
     */
    int sync(long timeoutNanos);

    /** The pool version that Motr puts new objects into now, or {@link ObjectName#NOWHERE}. Sends nothing, as a rule. */
    Fid poolVersion();

    /** Whether what is stored outlives this process. */
    boolean isPersistent();

    /** Gives back what this object holds. Returns within 10 s, whatever state the cluster is in. */
    @Override
    void close();

    /** An operation in flight. */
    interface Flight {
        /**
         * Waits for the reply, at most so long. When the time is up, the reply's code is -110: the operation goes on and
         * may still take effect. Called once.
         *
         * @param atLanding runs once, when the operation no longer takes up anything: before this returns, or later
         */
        Reply await(long timeoutNanos, Runnable atLanding);

        /**
         * Goes on with an operation of several steps, if its next step can begin now. Never waits.
         *
         * @return whether it is time for {@link #await}: true as well where only that can tell
         */
        default boolean advance() {
            return true;
        }

        /** Waits at most so long for the time for {@link #await}; whether it has come. */
        default boolean comesToRest(long nanos) {
            return true;
        }
    }
}
