package io.motrds.motr.jna;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A second JVM that opens stores and works on them as it is told, one connection for each thread of ours. It ends with
 * this JVM.
 */
final class OtherProcess {
    private enum Call {
        OPEN,
        GET,
        WRITE,
        SYNC,
        CLOSE
    }

    /** Apart from the rest, which is loaded over there, too: that process must not start a third. */
    private static final class Started {
        private static final OtherProcess INSTANCE = new OtherProcess();
    }

    private final int port;
    private final ThreadLocal<Connection> connections = ThreadLocal.withInitial(this::connect);

    private OtherProcess() {
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProcess.class.getName()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            port = Integer.parseInt(String.valueOf(said.readLine()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of this JVM. */
    static OtherProcess get() {
        return Started.INSTANCE;
    }

    private record Connection(Socket socket, DataInputStream in, DataOutputStream out) {
        static Connection of(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return new Connection(
                    socket,
                    new DataInputStream(new BufferedInputStream(socket.getInputStream())),
                    new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
        }

        void write(byte @Nullable [] bytes) throws IOException {
            out.writeInt(bytes == null ? -1 : bytes.length);
            if (bytes != null) {
                out.write(bytes);
            }
        }

        byte @Nullable [] read() throws IOException {
            int length = in.readInt();
            return length < 0 ? null : in.readNBytes(length);
        }
    }

    private Connection connect() {
        try {
            return Connection.of(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is sent. */
    private interface Arguments {
        void to(Connection connection) throws IOException;
    }

    /** Has a call done over there; what comes back is a value, or the failure's text. */
    private byte @Nullable [] call(Call call, int store, Arguments arguments) {
        Connection connection = connections.get();
        try {
            connection.out.writeUTF(call.name());
            connection.out.writeInt(store);
            arguments.to(connection);
            connection.out.flush();
            boolean good = connection.in.readBoolean();
            byte[] answer = connection.read();
            if (!good) {
                throw new DatastoreException("in the other process: " + new String(answer, StandardCharsets.UTF_8));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A store that is open over there. */
    final class Opened {
        private final int number;

        private Opened(int number) {
            this.number = number;
        }

        byte @Nullable [] get(Key key) {
            return call(Call.GET, number, connection -> connection.write(key.toUtf8()));
        }

        /** One write is a put or a delete, several are a batch. */
        void write(Map<Key, byte @Nullable []> writes) {
            call(Call.WRITE, number, connection -> {
                connection.out.writeInt(writes.size());
                for (Map.Entry<Key, byte @Nullable []> write : writes.entrySet()) {
                    connection.write(write.getKey().toUtf8());
                    connection.write(write.getValue());
                }
            });
        }

        void sync() {
            call(Call.SYNC, number, connection -> {});
        }

        void close() {
            call(Call.CLOSE, number, connection -> {});
        }
    }

    Opened open(Map<String, String> parameters) {
        byte[] number = call(Call.OPEN, 0, connection -> {
            connection.out.writeInt(parameters.size());
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                connection.out.writeUTF(parameter.getKey());
                connection.out.writeUTF(parameter.getValue());
            }
        });
        return new Opened(Integer.parseInt(new String(number, StandardCharsets.UTF_8)));
    }

    // ---- the other side ----

    private static final Map<Integer, Datastore> STORES = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** The process. */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            System.out.println(server.getLocalPort());
            while (true) {
                Connection connection = Connection.of(server.accept());
                Thread thread = new Thread(() -> serve(connection), "serving");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void serve(Connection connection) {
        try (Socket socket = connection.socket) {
            while (true) {
                Call call = Call.valueOf(connection.in.readUTF());
                int store = connection.in.readInt();
                byte[] answer;
                boolean good = true;
                try {
                    answer = answer(call, store, connection);
                } catch (DatastoreException e) {
                    good = false;
                    answer = e.toString().getBytes(StandardCharsets.UTF_8);
                }
                connection.out.writeBoolean(good);
                connection.write(answer);
                connection.out.flush();
            }
        } catch (EOFException e) {
            // the thread over there ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte @Nullable [] answer(Call call, int number, Connection connection) throws IOException {
        if (call == Call.OPEN) {
            Map<String, String> parameters = new ConcurrentHashMap<>();
            for (int left = connection.in.readInt(); left > 0; left--) {
                parameters.put(connection.in.readUTF(), connection.in.readUTF());
            }
            int fresh = NUMBERS.incrementAndGet();
            STORES.put(fresh, Datastores.open(parameters));
            return Integer.toString(fresh).getBytes(StandardCharsets.UTF_8);
        }
        Datastore store = STORES.get(number);
        switch (call) {
            case GET -> {
                return store.get(Key.fromUtf8(connection.read())).orElse(null);
            }
            case WRITE -> write(store, connection);
            case SYNC -> store.sync(Key.ROOT);
            default -> STORES.remove(number).close();
        }
        return null;
    }

    private static void write(Datastore store, Connection connection) throws IOException {
        int count = connection.in.readInt();
        try (Batch batch = store.batch()) {
            for (int i = 0; i < count; i++) {
                Key key = Key.fromUtf8(connection.read());
                byte[] value = connection.read();
                if (count > 1 && value != null) {
                    batch.put(key, value);
                } else if (count > 1) {
                    batch.delete(key);
                } else if (value != null) {
                    store.put(key, value);
                } else {
                    store.delete(key);
                }
            }
            batch.commit();
        }
    }
}
