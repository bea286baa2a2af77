package io.motrds.motr.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The few functions of the C library that keep the JVM's signals and its standard input its own.
 *
 * <p>Motr's client takes SIGSEGV, which the JVM needs for null checks and safepoints, and ignores SIGPIPE; libraries that
 * come with libfabric take more; the end of the client closes file descriptor 0. So each of those steps runs in {@link
 * #guarded}. What remains is a race of the moment: another thread's null check while such a step runs.
 */
final class Libc {
    private static final int SIGACTION_BYTES = 152;
    /** INT, ILL, ABRT, BUS, SEGV, PIPE, TERM. SIGRTMIN is left to Motr's timers. */
    private static final int[] SIGNALS = {2, 4, 6, 7, 11, 13, 15};

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    private static native int sigaction(int signal, Pointer change, Pointer old);

    private static native int dup(int descriptor);

    private static native int dup2(int descriptor, int target);

    private static native int close(int descriptor);

    private static native int setenv(String name, String value, int overwrite);

    /** Runs a step, and gives the JVM back its signal handlers and file descriptor 0 afterwards. */
    static void guarded(Runnable step) {
        // read before loading: a library that comes with libfabric leaves signals alone then
        setenv("IPATH_NO_BACKTRACE", "1", 1);
        Memory[] handlers = new Memory[SIGNALS.length];
        for (int i = 0; i < SIGNALS.length; i++) {
            handlers[i] = new Memory(SIGACTION_BYTES);
            sigaction(SIGNALS[i], Pointer.NULL, handlers[i]);
        }
        int input = dup(0);
        try {
            step.run();
        } finally {
            for (int i = 0; i < SIGNALS.length; i++) {
                sigaction(SIGNALS[i], handlers[i], Pointer.NULL);
            }
            if (input >= 0) {
                dup2(input, 0);
                close(input);
            }
        }
    }
}
