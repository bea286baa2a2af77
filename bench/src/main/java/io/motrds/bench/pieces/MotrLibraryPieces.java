package io.motrds.bench.pieces;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The path to Motr with the calls of its library, on one that stands in for it and answers at once, from memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class MotrLibraryPieces {

    /** The system property that says where the stand-in is. */
    public static final String LIBRARY = "motrds.bench.standin";

    private final Key small = Key.of("/bench/small");
    private final Key large = Key.of("/bench/large");
    private final byte[] smallValue = new byte[100];
    private ServerSocket haService; // is only ever asked for a connection
    private Datastore motr;

    /** For JMH. */
    public MotrLibraryPieces() {}

    /** Opens a store on the stand-in. */
    @Setup
    public void prepare() throws IOException {
        haService = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int local;
        try (ServerSocket free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            local = free.getLocalPort();
        }
        motr = Datastores.open(Map.of(
                "type", "motrds",
                "library", System.getProperty(LIBRARY, ""),
                "haxAddr", "inet:tcp:127.0.0.1@" + haService.getLocalPort(),
                "localAddr", "inet:tcp:127.0.0.1@" + local,
                "processFid", "0x7200000000000001:0x64",
                "profileFid", "0x7000000000000001:0x0",
                "index", "0x7800000000000001:0x1",
                "createIndex", "true"));
        motr.put(small, smallValue);
        motr.put(large, new byte[256 << 10]);
    }

    /** Closes the store. */
    @TearDown
    public void close() throws IOException {
        motr.close();
        haService.close();
    }

    /** A put of 100 bytes with its calls of the library. */
    @Benchmark
    public void motrLibraryPut100B() {
        motr.put(small, smallValue);
    }

    /** A get of 100 bytes. */
    @Benchmark
    public Optional<byte[]> motrLibraryGet100B() {
        return motr.get(small);
    }

    /** A get of 256 KiB. */
    @Benchmark
    public Optional<byte[]> motrLibraryGet256KiB() {
        return motr.get(large);
    }
}
