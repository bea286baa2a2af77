package io.motrds.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A process of another user that tries to connect to a socket. */
final class ConnectProbe {

    private ConnectProbe() {}

    public static void main(String[] arguments) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(Path.of(arguments[0])));
            System.out.println("connected");
        } catch (IOException e) {
            System.out.println("refused");
        }
    }
}
