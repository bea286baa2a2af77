package io.motrds.motr.jna;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.motrds.api.DatastoreException;
import io.motrds.api.DatastoreTimeoutException;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.MisconfiguredException;
import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.MotrIndex;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Motr's client, of which a process has one: shared by the indexes opened on it, ended with the last. It is begun and
 * ended on one thread of its own, as Motr demands.
 *
 * <p>Operations that got no answer stay with it: their memory is Motr's until they end. A client with such operations
 * cannot be ended without ending the process, so it stays, and serves the next one who opens the same connection.
 */
public final class NativeMotr {
    private static final Logger LOG = LoggerFactory.getLogger(NativeMotr.class);
    private static final Duration END = Duration.ofSeconds(8);
    private static final long STRAGGLER_PAUSE_MILLIS = 100;

    /**
     * How to reach a cluster.
     *
     * @param library libmotr, or empty to look where the system does
     * @param haAddr the HA service's endpoint
     * @param localAddr this process's endpoint
     * @param processFid this process
     * @param profileFid the cluster's profile
     * @param trace whether Motr writes a trace file into the working folder
     */
    public record Connection(
            Optional<Path> library, String haAddr, String localAddr, Fid processFid, Fid profileFid, boolean trace) {}

    private record Straggler(long operation, Runnable land) {}

    /** Begins and ends clients: Motr wants one thread for it. */
    private static final ExecutorService THREAD =
            Executors.newSingleThreadExecutor(task -> daemon("motr-client", task));

    private static boolean motrIsUp; // used on that thread
    private static @Nullable NativeMotr current; // guarded by the class
    private static @Nullable String broken; // why no client can be begun any more; guarded by the class
    private static @Nullable Path loaded; // guarded by the class
    private static volatile String loadedCommit = ""; // what it was made of; set on a thread of ours

    private final Connection connection;
    private final Slots slots = new Slots();
    private final List<Long> mine = new ArrayList<>(); // used on the client's thread
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Queue<Straggler> stragglers = new ConcurrentLinkedQueue<>();
    private boolean watching; // guarded by stragglers
    private int users; // guarded by the class
    private long client;
    private long container;

    private NativeMotr(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens an index, with the process's client, which is begun when there is none.
     *
     * @throws MisconfiguredException if the library, or something of the connection, cannot be used
     * @throws DatastoreUnavailableException if the cluster cannot be reached
     */
    public static synchronized MotrIndex open(Connection connection, Fid index, Duration timeout) {
        NativeMotr client = current;
        if (client != null && !client.connection.equals(connection)) {
            throw new MisconfiguredException("motrds: this process has a Motr client already, with " + client.connection
                    + "; a process has one: open all its stores with the same haxAddr, localAddr, processFid,"
                    + " profileFid, library and trace, or use another process");
        }
        if (client == null) {
            if (broken != null) {
                throw new DatastoreUnavailableException("motrds: " + broken + "; start this process afresh");
            }
            client = new NativeMotr(connection);
            client.begin(timeout);
            current = client;
        }
        client.users++;
        return new NativeIndex(client, index);
    }

    private void begin(Duration timeout) {
        checkPlatform();
        checkReachable(timeout);
        checkFree();
        try {
            load(connection.library(), timeout);
            int rc = onThread(this::beginOnThread, timeout);
            if (rc != 0) {
                throw refused(rc);
            }
        } catch (TimeoutException e) {
            broken = "Motr's client library does not come back from its initialisation";
            throw new DatastoreTimeoutException(
                    "motrds: the HA service at " + connection.haAddr() + " takes connections but did not answer within "
                            + timeout.toSeconds() + " s; start this process afresh when it does",
                    e);
        }
    }

    private DatastoreException refused(int rc) {
        return switch (rc) {
            case Errno.EADDRINUSE ->
                new DatastoreUnavailableException("motrds: localAddr " + connection.localAddr()
                        + " is in use: give each process an endpoint of its own");
            case Errno.ENOENT ->
                new MisconfiguredException("motrds: the cluster's configuration lacks profileFid "
                        + connection.profileFid() + " or processFid " + connection.processFid());
            default ->
                new DatastoreUnavailableException("motrds: Motr's client could not be initialised: " + Errno.name(rc));
        };
    }

    private static void checkPlatform() {
        if (!System.getProperty("os.arch").equals("amd64")
                || !System.getProperty("os.name").equals("Linux")) {
            throw new MisconfiguredException("motrds: the native client runs on Linux on x86-64 only; client=fake and"
                    + " type=remote run anywhere");
        }
    }

    /** Motr waits for ever for an HA service that is not there. */
    private void checkReachable(Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(socketAddress(connection.haAddr()), (int) Math.min(5_000, Math.max(1, timeout.toMillis())));
        } catch (IOException | IllegalArgumentException e) {
            throw new DatastoreUnavailableException(
                    "motrds: haxAddr " + connection.haAddr() + " cannot be reached: " + e.getMessage(), e);
        }
    }

    /** Motr does not come back from its initialisation when the local address is that of a server. */
    private void checkFree() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(socketAddress(connection.localAddr()));
        } catch (IOException | IllegalArgumentException e) {
            throw new DatastoreUnavailableException(
                    "motrds: localAddr " + connection.localAddr() + " cannot be used: " + e.getMessage()
                            + "; give each process an endpoint of its own, on this machine",
                    e);
        }
    }

    /** The address within an endpoint. */
    public static InetSocketAddress socketAddress(String endpoint) {
        String address = endpoint.substring("inet:tcp:".length());
        int at = address.indexOf('@');
        return new InetSocketAddress(address.substring(0, at), Integer.parseInt(address.substring(at + 1)));
    }

    /**
     * Loads libmotr, checks that its layouts are known, and binds to it; once a process. Gives the commit it was made of.
     *
     * @throws MisconfiguredException if it is nowhere, or cannot be used
     * @throws TimeoutException if it has not answered by then
     */
    public static synchronized String load(Optional<Path> given, Duration timeout) throws TimeoutException {
        Path path = locate(given);
        if (loaded != null) {
            if (!loaded.equals(path)) {
                throw new MisconfiguredException("motrds: this process has loaded " + loaded + " already, not " + path);
            }
            return loadedCommit;
        }
        LayoutCheck check = new LayoutCheck(path);
        check.file();
        try {
            // by System.load, and before JNA: a library that wants an executable stack would otherwise cost
            // the JVM the guard pages of its threads
            Libc.guarded(() -> {
                System.load(path.toString());
                LibMotr.bind(library(path));
            });
        } catch (UnsatisfiedLinkError e) {
            boolean stack = String.valueOf(e.getMessage()).contains("executable stack");
            throw check.refused(e.getMessage()
                    + (stack ? " (glibc 2.41 and later want GLIBC_TUNABLES=glibc.rtld.execstack=2 for it)" : ""));
        }
        // a thread that calls Motr before Motr is up is lost for it: its notes of the thread say that there is no Motr
        onThread(
                () -> {
                    loadedCommit = check.loaded(library(path));
                    return 0;
                },
                timeout);
        LOG.debug("{} is Motr {} of commit {}", path, Layouts.VERSION, loadedCommit);
        loaded = path;
        return loadedCommit;
    }

    private static NativeLibrary library(Path path) {
        return NativeLibrary.getInstance(path.toString());
    }

    /**
     * Where libmotr is.
     *
     * @throws MisconfiguredException if it is nowhere
     */
    public static Path locate(Optional<Path> given) {
        return given.orElseGet(NativeMotr::find).toAbsolutePath();
    }

    private static Path find() {
        List<String> folders = new ArrayList<>();
        for (String path : new String[] {System.getProperty("java.library.path"), System.getenv("LD_LIBRARY_PATH")}) {
            if (path != null) {
                folders.addAll(List.of(path.split(":")));
            }
        }
        folders.addAll(List.of("/usr/lib64", "/usr/lib", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu"));
        for (String folder : folders) {
            Path candidate = Path.of(folder, "libmotr.so.2");
            if (!folder.isEmpty() && Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new MisconfiguredException("motrds: libmotr.so.2 is in none of " + String.join(", ", folders)
                + ": install Motr, or give its path in `library`");
    }

    private int beginOnThread() {
        int[] rc = new int[1];
        Libc.guarded(() -> rc[0] = initialise());
        return rc[0];
    }

    private int initialise() {
        if (!motrIsUp) {
            LibMotr.m0_trace_set_mmapped_buffer(connection.trace() ? 1 : 0);
        }
        Pointer config = new Pointer(mine(NativeMemory.zeroed(Layouts.CONFIG_BYTES)));
        config.setByte(Layouts.CONFIG_IS_OOSTORE, (byte) 1);
        config.setLong(Layouts.CONFIG_LOCAL_ADDR, text(connection.localAddr()));
        config.setLong(Layouts.CONFIG_HA_ADDR, text(connection.haAddr()));
        config.setLong(Layouts.CONFIG_PROCESS_FID, text(connection.processFid().toString()));
        config.setLong(Layouts.CONFIG_PROFILE, text(connection.profileFid().toString()));
        config.setInt(Layouts.CONFIG_RECV_QUEUE_MIN_LEN, 16);
        config.setInt(Layouts.CONFIG_MAX_RPC_MSG_SIZE, Layouts.MESSAGE_BYTES);
        config.setInt(Layouts.CONFIG_INDEX_SERVICE_ID, Layouts.DIX);
        config.setLong(Layouts.CONFIG_INDEX_SERVICE_CONF, mine(NativeMemory.zeroed(Layouts.DIX_CONFIG_BYTES)));
        Pointer out = new Pointer(mine(NativeMemory.zeroed(8))); // Motr insists on null here
        int rc = LibMotr.m0_client_init(Pointer.nativeValue(out), Pointer.nativeValue(config), motrIsUp ? 0 : 1);
        if (rc != 0) {
            freeMine();
            return rc;
        }
        motrIsUp = true;
        client = out.getLong(0);
        container = mine(NativeMemory.zeroed(Layouts.ENTITY_ROOM));
        Path path = Objects.requireNonNull(loaded);
        Pointer uber = library(path).getGlobalVariableAddress("M0_UBER_REALM");
        LibMotr.m0_container_init(container, 0, Pointer.nativeValue(uber), client);
        rc = new Pointer(container).getInt(Layouts.ENTITY_RC);
        try {
            if (rc == 0) {
                new LayoutCheck(path).begun(client, container);
                return 0;
            }
        } catch (MisconfiguredException e) {
            finish();
            throw e;
        }
        finish();
        return rc;
    }

    /**
     * Ends the client, on its thread. Motr itself stays for the next one: its end would take SIGSEGV from the JVM, and
     * close file descriptor 0, which might be another thread's new file by the time it is given back.
     */
    private void finish() {
        try (Waker waker = new Waker(connection.localAddr(), END)) {
            LibMotr.m0_client_fini(client, 0);
        }
        freeMine();
    }

    private long text(String ascii) {
        return mine(NativeMemory.text(ascii));
    }

    /** Memory that Motr looks at as long as there is this client. */
    private long mine(long address) {
        mine.add(address);
        return address;
    }

    private void freeMine() {
        mine.forEach(NativeMemory::free);
        mine.clear();
    }

    long realm() {
        return container;
    }

    Slots slots() {
        return slots;
    }

    /** Launches the one operation whose address is stored there. */
    void launch(long operationOut) {
        inFlight.incrementAndGet();
        LibMotr.m0_op_launch(operationOut, 1);
    }

    /** Whether an operation seems to have ended, without a call of the library. */
    boolean looksEnded(long operation) {
        int state = new Pointer(operation).getInt(Layouts.OP_STATE);
        return state == Layouts.STABLE || state == Layouts.FAILED;
    }

    /** Waits until an operation has ended, at most so long. */
    boolean hasEnded(long operation, long timeoutNanos) {
        long deadline = timeoutNanos == 0 ? 0 : LibMotr.m0_time_now() + timeoutNanos;
        return LibMotr.m0_op_wait(operation, Layouts.ENDED, deadline) != Errno.ETIMEDOUT;
    }

    /** The code of an operation that has ended; frees it. */
    int finish(long operation) {
        int rc = LibMotr.m0_rc(operation);
        LibMotr.m0_op_fini(operation);
        LibMotr.m0_op_free(operation);
        inFlight.decrementAndGet();
        return rc;
    }

    /**
     * Begins to make persistent what was written to an entity; the operation's address is stored where it is told. Not
     * launched yet.
     *
     * @return 0, or why there is no operation
     */
    static int beginSync(long entity, long operationOut) {
        int rc = LibMotr.m0_sync_op_init(operationOut);
        if (rc != 0) {
            return rc;
        }
        long operation = new Pointer(operationOut).getLong(0);
        rc = LibMotr.m0_sync_entity_add(operation, entity);
        if (rc != 0) {
            LibMotr.m0_op_fini(operation);
            LibMotr.m0_op_free(operation);
        }
        return rc;
    }

    /**
     * Waits for an operation, at most so long. Its landing takes what Motr left, and gives back its memory. That is Motr's
     * as long as the operation goes on: when the time is up, it lands by itself whenever it ends.
     *
     * @return what the landing gives, or {@code late}
     */
    <T> T land(long operation, long timeoutNanos, Supplier<T> landing, T late) {
        if (hasEnded(operation, timeoutNanos)) {
            return landing.get();
        }
        leaveBehind(operation, () -> {
            T unused = landing.get();
        });
        return late;
    }

    private void leaveBehind(long operation, Runnable land) {
        stragglers.add(new Straggler(operation, land));
        synchronized (stragglers) {
            if (!watching) {
                watching = true;
                daemon("motr-stragglers", this::watch).start();
            }
        }
    }

    /** Looks after operations that were left behind, until none is left. */
    private void watch() {
        while (true) {
            landStragglers();
            synchronized (stragglers) {
                if (stragglers.isEmpty()) {
                    watching = false;
                    return;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(STRAGGLER_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return; // nobody interrupts it
            }
        }
    }

    private void landStragglers() {
        synchronized (NativeMotr.class) { // the client does not end while one lands
            boolean some = stragglers.removeIf(straggler -> {
                boolean ended = looksEnded(straggler.operation) && hasEnded(straggler.operation, 0);
                if (ended) {
                    try {
                        straggler.land.run();
                    } catch (RuntimeException | Error e) { // it has ended all the same, and the others must, too
                        LOG.warn("what Motr left of a late operation was not all taken", e);
                    }
                }
                return ended;
            });
            if (some && users == 0 && inFlight.get() == 0) {
                end();
            }
        }
    }

    /** One user less. With the last one the client ends, unless it must stay for operations that were left behind. */
    void release(Runnable giveBack) {
        synchronized (NativeMotr.class) {
            giveBack.run();
            users--;
            if (users == 0 && inFlight.get() > 0) {
                LOG.warn(
                        "{} operations of Motr got no answer; their memory and the client stay until they end, or the"
                                + " process does",
                        inFlight.get());
            } else if (users == 0) {
                end();
            }
        }
    }

    private void end() {
        try {
            onThread(
                    () -> {
                        Libc.guarded(this::finish);
                        return 0;
                    },
                    END);
            slots.free();
        } catch (TimeoutException e) {
            broken = "Motr's client library does not come back from its end";
            LOG.warn("{}", broken);
        }
        current = null;
    }

    private static int onThread(Callable<Integer> step, Duration timeout) throws TimeoutException {
        Future<Integer> result = THREAD.submit(step);
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false; // which must not pass for a client that hangs
        try {
            while (true) {
                try {
                    return result.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DatastoreException refused) {
                throw refused;
            }
            throw new IllegalStateException("the native client failed: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
