package io.motrds.tck;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The process whose file operations are recorded: writes, syncs, and marks in the record when a sync has returned. First
 * it writes files of its own, some of which it forces and some not, so that the test can tell that the recorder works.
 */
final class RecordedChild {

    /** The names of its own files, written in two ways. */
    static final String FORCED = "forced";

    static final String UNFORCED = "unforced";

    private RecordedChild() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> parameters = ChildProcess.parameters(System.in);
        Path probes = Path.of(arguments[0]);
        String marks = arguments[1];
        for (String how : new String[] {FORCED, UNFORCED}) {
            write(probes.resolve(how + "-written"), how.equals(FORCED));
            map(probes.resolve(how + "-mapped"), how.equals(FORCED));
        }
        mark(marks, "synced probes");
        try (Datastore store = Datastores.open(parameters)) {
            writeAndSync(store, marks, "a new store");
        }
        try (Datastore store = Datastores.open(parameters)) {
            writeAndSync(store, marks, "a store that was opened again");
            writeMuch(store, marks);
        }
        ChildProcess.report("done");
    }

    private static void write(Path file, boolean forced) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(Bytes.of("probe")));
            if (forced) {
                channel.force(false);
            }
        }
    }

    private static void map(Path file, boolean forced) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, 100_000);
            mapped.put(50_000, (byte) 1);
            mapped.force();
            if (!forced) {
                mapped.put(50_000, (byte) 2);
            }
        }
    }

    private static void writeAndSync(Datastore store, String marks, String when) throws IOException {
        for (int i = 0; i < 6; i++) {
            store.put(Key.of("/p/small/" + i), Versioned.value(i));
            sync(store, Key.ROOT, marks, "synced " + when + ", put " + i);
            store.put(Key.of("/p/large/" + i % 2), Bytes.random(200_000, i));
            sync(store, Key.of("/p"), marks, "synced " + when + ", large put " + i);
            try (Batch batch = store.batch()) {
                for (int k = 0; k < 20; k++) {
                    batch.put(Key.of("/p/batch/" + i + "/" + k), Versioned.value(k));
                }
                batch.commit();
            }
            sync(store, Key.ROOT, marks, "synced " + when + ", batch " + i);
            store.delete(Key.of("/p/small/" + i));
            sync(store, Key.of("/p/small"), marks, "synced " + when + ", delete " + i);
        }
    }

    /** Enough for a store to start to rearrange its files. */
    private static void writeMuch(Datastore store, String marks) throws IOException {
        for (int i = 0; i < 24; i++) {
            store.put(Key.of("/much/" + i % 5), Bytes.random(1 << 20, i));
            if (i % 3 == 2) {
                sync(store, Key.ROOT, marks, "busy " + i);
            }
        }
    }

    private static void sync(Datastore store, Key prefix, String marks, String text) throws IOException {
        store.sync(prefix);
        mark(marks, text);
    }

    private static void mark(String marks, String text) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(marks + text))) {
            throw new IOException("the recorder is not there: a mark can be opened and has " + in.available() + " B");
        } catch (NoSuchFileException e) {
            // as it must be: the recorder took note and refused
        }
    }
}
