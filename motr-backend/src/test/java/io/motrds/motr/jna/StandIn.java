package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.NativeLibrary;
import io.motrds.motr.Fid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The stand-in for libmotr, compiled from {@code src/test/c}, in a folder of this JVM's own, beside a port that answers as
 * an HA service does. What is stored lies in that folder, so that other processes share it. Ends with the JVM.
 */
public final class StandIn {
    private static final StandIn INSTANCE = new StandIn();

    private final Path folder;
    private final Path library;
    private final ServerSocket haService;
    private final int localPort;

    private StandIn() {
        try {
            folder = Files.createTempDirectory("motr-standin");
            library = folder.resolve("libmotr.so.2");
            if (System.getProperty("os.name").equals("Linux")
                    && System.getProperty("os.arch").equals("amd64")) {
                compile(folder, "");
            }
            Files.createDirectory(folder.resolve("state"));
            haService = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            localPort = freePort(20_000 + (int) (ProcessHandle.current().pid() % 1_000) * 10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread ha = new Thread(this::answer, "stand-in HA service");
        ha.setDaemon(true);
        ha.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    /** Below those that connections take, so that it stays free while nobody listens. */
    private static int freePort(int from) {
        for (int port = from; port < 32_000; port++) {
            try (ServerSocket free = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // taken
            }
        }
        throw new IllegalStateException("no free port from " + from);
    }

    /** An endpoint for another process. */
    String anotherLocalAddr() {
        return endpoint(freePort(localPort + 1));
    }

    /** The one of this JVM; aborts the test when it cannot be compiled. */
    public static StandIn get() {
        if (!Files.exists(INSTANCE.library)) {
            Assumptions.abort("not run: the stand-in for libmotr: a C compiler (gcc), on Linux on x86-64");
        }
        return INSTANCE;
    }

    private static void compile(Path to, String options) throws IOException {
        Path output = to.resolve("compiler");
        Path script = Path.of("../motr-backend/src/test/c/build"); // from any module
        ProcessBuilder build = new ProcessBuilder(script.toString(), to.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        build.environment().put("CFLAGS", options);
        try {
            int exit = build.start().waitFor();
            if (exit != 0 && exit != 127) { // 127: there is no gcc
                throw new IllegalStateException("the stand-in cannot be compiled: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Compiles a variant into a folder, with options for the compiler, and gives its path. */
    static Path variant(Path to, String options) throws IOException {
        compile(Files.createDirectories(to), options);
        return to.resolve("libmotr.so.2");
    }

    private void answer() {
        while (true) {
            try (Socket client = haService.accept()) {
                client.setSoTimeout(1);
            } catch (IOException e) {
                return; // the JVM ends
            }
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The library, and beside it the yardstick {@code overhead}. */
    Path library() {
        return library;
    }

    /** Lets it keep in memory what is stored; before the library is loaded. */
    void keepInMemory() throws IOException {
        Files.delete(folder.resolve("state"));
    }

    /** The parameters of a store; what is given comes first. */
    public Map<String, String> parameters(Fid index, Map<String, String> given) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("type", "motrds");
        parameters.put("library", library.toString());
        parameters.put("haxAddr", endpoint(haService.getLocalPort()));
        parameters.put("localAddr", endpoint(localPort));
        parameters.put("processFid", "0x7200000000000001:0x64");
        parameters.put("profileFid", "0x7000000000000001:0x0");
        parameters.put("index", index.toString());
        parameters.put("createIndex", "true");
        parameters.putAll(given);
        return parameters;
    }

    static String endpoint(int port) {
        return "inet:tcp:127.0.0.1@" + port;
    }

    /** An index that only this folder has. */
    public static Fid indexFor(Path folder) {
        long parent =
                folder.getParent() == null ? 1 : folder.getParent().toString().hashCode() & 0xffffffffL;
        return new Fid(((long) Fid.INDEX << 56) | (folder.toString().hashCode() & 0xffffffffL), parent);
    }

    /** Plans what goes wrong, in the grammar of {@code standin.h}; an empty text ends it. */
    void faults(String text) {
        int rc = control().getFunction("standin_faults").invokeInt(new Object[] {text});
        assertEquals(0, rc, "the stand-in understands " + text);
    }

    /** Plans what goes wrong in the next process that loads the library, and in no other. */
    public void faultsOfTheNextProcess(String text) throws IOException {
        Files.writeString(folder.resolve("state/faults"), text);
    }

    /** From launch to completion it takes so long at most; -1: at once. */
    void delay(int micros) {
        control().getFunction("standin_delay").invokeVoid(new Object[] {micros});
    }

    /** A counter of the stand-in's. */
    long count(String what) {
        return control().getFunction("standin_" + what).invokeLong(new Object[0]);
    }

    /** That all that was taken was given back, on both sides, and nothing was written where it should not be. */
    void assertNothingLeft() {
        control().getFunction("standin_check_memory").invokeVoid(new Object[0]);
        for (String what : List.of("allocations", "entities")) {
            assertEquals(0, count(what), "all " + what + " of the library were given back");
        }
        assertEquals(0, NativeMemory.outstanding(), "all native memory was freed");
    }

    /** Only once a store has loaded the library: how it is loaded is what is tested. */
    private NativeLibrary control() {
        return NativeLibrary.getInstance(library.toString());
    }
}
