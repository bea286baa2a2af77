package io.motrds.ipfs.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The content of the test vectors: byte i is the top byte of the low 32 bits of i * 0x9E3779B1. */
final class GeneratedContent extends InputStream {

    private static final int FACTOR = 0x9E3779B1;

    private final long size;
    private long position;

    GeneratedContent(long size) {
        this.size = size;
    }

    static byte[] bytes(long size) {
        try (GeneratedContent content = new GeneratedContent(size)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read() {
        return position == size ? -1 : ((int) position++ * FACTOR) >>> 24;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (position == size) {
            return -1;
        }
        int count = (int) Math.min(length, size - position);
        int product = (int) position * FACTOR;
        for (int i = 0; i < count; i++) {
            target[offset + i] = (byte) (product >>> 24);
            product += FACTOR;
        }
        position += count;
        return count;
    }
}
