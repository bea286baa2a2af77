package io.motrds.bench;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the machine can do at best. */
final class Yardsticks {

    static final String SHA_ONE = "SHA-256, 1 core";
    static final String SHA_ALL = "SHA-256, all cores";
    static final String DISK = "sequential write + fsync";
    static final String LOOPBACK = "loopback TCP";

    private static final int BLOCK = 256 << 10;
    private static final int TOTAL = 96 << 20;

    private static volatile byte sink; // so that no hash is computed for nothing

    private Yardsticks() {}

    /** The machine's own, by name; each is a trial in MB/s. */
    static Map<String, Trial> all(Path scratch) {
        Map<String, Trial> all = new LinkedHashMap<>();
        all.put(SHA_ONE, sha256(1));
        all.put(SHA_ALL, sha256(Runtime.getRuntime().availableProcessors()));
        all.put(DISK, () -> write(scratch));
        all.put(LOOPBACK, Yardsticks::loopback);
        return all;
    }

    /** Hashes blocks of 256 KiB. */
    static Trial sha256(int threads) {
        byte[] content = Content.random(TOTAL, 2);
        return () -> {
            try (Threads all = new Threads(threads)) {
                return all.run(thread -> {
                    MessageDigest digest = MessageDigest.getInstance("SHA-256");
                    long done = 0;
                    for (int at = 0; at + BLOCK <= content.length; at += BLOCK) {
                        digest.update(content, at, BLOCK);
                        sink = digest.digest()[0];
                        done += BLOCK;
                    }
                    return (double) done;
                });
            }
        };
    }

    /** Writes a file from its beginning to its end and forces it to disk. */
    private static Run write(Path scratch) throws Exception {
        Files.createDirectories(scratch);
        ByteBuffer block = ByteBuffer.allocateDirect(1 << 20).put(Content.random(1 << 20, 3));
        Path file = Files.createTempFile(scratch, "write", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            for (int at = 0; at < TOTAL; at += block.capacity()) {
                block.rewind();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.force(true);
            return Run.of(TOTAL, System.nanoTime() - start);
        } finally {
            Files.delete(file);
        }
    }

    /** Sends bytes through one TCP connection to itself. */
    private static Run loopback() throws Exception {
        byte[] block = Content.random(BLOCK, 4);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Threads both = new Threads(2)) {
            return both.run(thread -> thread == 0 ? send(server, block) : receive(server));
        }
    }

    private static double send(ServerSocket server, byte[] block) throws Exception {
        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                OutputStream out = socket.getOutputStream()) {
            for (int at = 0; at < TOTAL; at += block.length) {
                out.write(block);
            }
        }
        return 0;
    }

    private static double receive(ServerSocket server) throws Exception {
        byte[] buffer = new byte[BLOCK];
        long received = 0;
        try (Socket socket = server.accept();
                InputStream in = socket.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                received += read;
            }
        }
        return (double) received;
    }
}
