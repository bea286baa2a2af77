package io.motrds.bench;

import io.motrds.api.Key;
import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes that do not compress, and keys like those of blocks. */
final class Content {

    private static final int BLOCK = 64 << 10;

    private Content() {}

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Changes eight bytes in every 64 KiB, so that every block is a new one. */
    static void renew(byte[] content, long version) {
        for (int at = 0; at + Long.BYTES <= content.length; at += BLOCK) {
            ByteBuffer.wrap(content).putLong(at, mixed(version + at));
        }
    }

    /** A key in no order of its number, as long as a block's. */
    static Key key(long number) {
        String hex = String.format("%016X", mixed(number));
        return Key.of("/blocks/CIQ" + hex + hex + hex);
    }

    /** A permutation of 64-bit numbers: the finalizer of SplitMix64. */
    static long mixed(long number) {
        long z = number + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
