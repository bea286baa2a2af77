package io.motrds.motr.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The few functions of the C library that keep the JVM's signals and its standard input its own.
 *
 * <p>Motr's client takes SIGSEGV, which the JVM needs for null checks and safepoints, and ignores SIGPIPE; libraries that
 * come with libfabric take more; the end of Motr closes file descriptor 0. So each of those steps runs in {@link
 * #guarded}. What remains is a race of the moment, since beginning a client takes a while: so SIGSEGV is given back again
 * and again meanwhile. {@code LD_PRELOAD=$JAVA_HOME/lib/libjsig.so} leaves no race at all.
 */
final class Libc {
    private static final int SIGACTION_BYTES = 152;
    private static final int SEGV = 11;
    /** SEGV, INT, ILL, ABRT, BUS, PIPE, TERM. SIGRTMIN is left to Motr's timers. */
    private static final int[] SIGNALS = {SEGV, 2, 4, 6, 7, 13, 15};

    private static final long PAUSE_NANOS = 20_000;

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
        AtomicBoolean over = new AtomicBoolean();
        Thread keeper = new Thread(() -> keep(SEGV, handlers[0], over), "motr-signals");
        keeper.setDaemon(true);
        keeper.start();
        try {
            step.run();
        } finally {
            over.set(true);
            for (int i = 0; i < SIGNALS.length; i++) {
                sigaction(SIGNALS[i], handlers[i], Pointer.NULL);
            }
            if (input >= 0) {
                dup2(input, 0);
                close(input);
            }
        }
    }

    private static void keep(int signal, Memory handler, AtomicBoolean over) {
        while (!over.get()) {
            sigaction(signal, handler, Pointer.NULL);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
