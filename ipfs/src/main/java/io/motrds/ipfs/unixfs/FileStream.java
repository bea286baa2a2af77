package io.motrds.ipfs.unixfs;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A file's bytes as a stream. */
final class FileStream extends InputStream {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final FileReader file;
    private ByteBuffer piece = NOTHING;

    FileStream(FileReader file) {
        this.file = file;
    }

    @Override
    public int read() {
        return fill() ? piece.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, piece.remaining());
        piece.get(target, offset, count);
        return count;
    }

    private boolean fill() {
        if (!piece.hasRemaining()) {
            ByteBuffer next = file.next();
            piece = next == null ? NOTHING : next;
        }
        return piece.hasRemaining();
    }
}
