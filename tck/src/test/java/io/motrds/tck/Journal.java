package io.motrds.tck;

import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of groups of writes. Each group is one record: length, checksum, writes. A group that a crash cut off is not
 * there. Without a folder it keeps nothing.
 */
class Journal {

    private static final int HEADER = Integer.BYTES + Long.BYTES;

    private final @Nullable FileChannel file;

    Journal(@Nullable Path folder) {
        this.file = folder == null ? null : open(folder);
    }

    private FileChannel open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel opened = FileChannel.open(
                    folder.resolve("journal"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            forceFolder(folder);
            return opened;
        } catch (IOException e) {
            throw new DatastoreException("reference: cannot open " + folder, e);
        }
    }

    void forceFolder(Path folder) throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** Gives every whole group and cuts off the rest. */
    void replay(Consumer<Map<Key, byte @Nullable []>> groups) {
        if (file == null) {
            return;
        }
        try {
            long end = 0;
            for (byte[] group = next(end); group != null; group = next(end)) {
                groups.accept(decode(group));
                end += HEADER + group.length;
            }
            file.truncate(end);
            file.position(end);
            file.force(true);
        } catch (IOException e) {
            throw new DatastoreException("reference: cannot read the journal", e);
        }
    }

    private byte @Nullable [] next(long at) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (read(header, at) < HEADER) {
            return null;
        }
        byte[] group = new byte[header.getInt(0)];
        return read(ByteBuffer.wrap(group), at + HEADER) == group.length
                        && checksum(group) == header.getLong(Integer.BYTES)
                ? group
                : null;
    }

    private int read(ByteBuffer into, long at) throws IOException {
        int all = 0;
        for (int some = file.read(into, at); some > 0; some = file.read(into, at + all)) {
            all += some;
        }
        return all;
    }

    /** Called by one thread at a time. */
    void append(Map<Key, byte @Nullable []> writes) {
        if (file == null) {
            return;
        }
        try {
            byte[] group = encode(writes);
            ByteBuffer data = ByteBuffer.allocate(HEADER + group.length);
            data.putInt(group.length).putLong(checksum(group)).put(group).flip();
            while (data.hasRemaining()) {
                file.write(data);
            }
        } catch (IOException e) {
            throw new DatastoreException("reference: cannot write the journal", e);
        }
    }

    void force() {
        if (file == null) {
            return;
        }
        try {
            file.force(false);
        } catch (IOException e) {
            throw new DatastoreException("reference: cannot force the journal", e);
        }
    }

    void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new DatastoreException("reference: cannot close the journal", e);
        }
    }

    private static long checksum(byte[] group) {
        CRC32 crc = new CRC32();
        crc.update(group);
        return crc.getValue();
    }

    private static byte[] encode(Map<Key, byte @Nullable []> writes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (Map.Entry<Key, byte[]> write : writes.entrySet()) {
            byte[] key = write.getKey().toUtf8();
            out.writeInt(key.length);
            out.write(key);
            byte[] value = write.getValue();
            out.writeInt(value == null ? -1 : value.length);
            out.write(value == null ? new byte[0] : value);
        }
        return bytes.toByteArray();
    }

    private static Map<Key, byte @Nullable []> decode(byte[] group) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(group));
        Map<Key, byte[]> writes = new LinkedHashMap<>();
        while (in.available() > 0) {
            Key key = Key.fromUtf8(in.readNBytes(in.readInt()));
            int length = in.readInt();
            writes.put(key, length < 0 ? null : in.readNBytes(length));
        }
        return writes;
    }
}
