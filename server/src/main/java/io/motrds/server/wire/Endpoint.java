package io.motrds.server.wire;

import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a sidecar listens: a Unix socket, {@code unix:PATH}, or a TCP port of the loopback interface, {@code
 * 127.0.0.1:PORT}. There is no other, since nobody is asked who they are.
 */
public sealed interface Endpoint {

    /** The address to bind or to connect to. */
    SocketAddress address();

    /**
     * A Unix socket.
     *
     * @param path absolute
     */
    record UnixSocket(Path path) implements Endpoint {

        private static final int MAX_BYTES = 107; // what the kernel takes

        /** Checks what the kernel would refuse with less clear words. */
        public UnixSocket {
            path = path.toAbsolutePath().normalize();
            int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "the path of a Unix socket may have " + MAX_BYTES + " bytes, not " + bytes + ": " + path);
            }
            if (!Epoll.isAvailable()) {
                throw new IllegalArgumentException("Unix sockets need Linux here; use 127.0.0.1:PORT");
            }
        }

        @Override
        public SocketAddress address() {
            return new DomainSocketAddress(path.toFile());
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * A TCP port of the loopback interface.
     *
     * @param host 127.0.0.1 or another of that network, or ::1
     * @param port 0 lets the system choose when listening
     */
    record Loopback(String host, int port) implements Endpoint {

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(host, port); // a literal: nothing is resolved
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** What is allowed, in words. */
    String ALLOWED = "unix:PATH or a loopback address such as 127.0.0.1:7200";

    /** 127.x.y.z or [::1], and a port; localhost is taken as 127.0.0.1, no name is resolved. */
    Pattern LOOPBACK = Pattern.compile("(127(?:\\.[0-9]{1,3}){3}|\\[::1]):([0-9]{1,5})");

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException if it is neither a Unix socket nor a loopback address
     */
    static Endpoint parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            String path = text.substring("unix:".length());
            try {
                return new UnixSocket(Path.of(path.startsWith("///") ? path.substring(2) : path));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("not a path: " + path, e);
            }
        }
        Matcher loopback = LOOPBACK.matcher(text.replaceFirst("^localhost:", "127.0.0.1:"));
        if (loopback.matches()) {
            int port = Integer.parseInt(loopback.group(2));
            String host = loopback.group(1).replaceAll("[\\[\\]]", "");
            boolean valid = port <= 65_535 && (host.equals("::1") || isIpv4(host));
            if (valid) {
                return new Loopback(host, port);
            }
        }
        throw new IllegalArgumentException(
                "nobody outside this machine may reach a store: the address must be " + ALLOWED + ", not " + text);
    }

    private static boolean isIpv4(String host) {
        for (String part : host.split("\\.", -1)) {
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
