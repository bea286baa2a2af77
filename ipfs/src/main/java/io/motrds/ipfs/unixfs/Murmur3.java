package io.motrds.ipfs.unixfs;

/**
 * The hash that spreads the names of a sharded folder: the first 64 bits of MurmurHash3, x64, 128 bits, seed 0. No defence
 * against names chosen to collide.
 */
final class Murmur3 {

    /** Its number in the multicodec table. */
    static final long CODE = 0x22;

    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;
    private static final int BLOCK = 16;

    private Murmur3() {}

    static long hash(byte[] data) {
        long h1 = 0;
        long h2 = 0;
        int end = data.length / BLOCK * BLOCK;
        for (int i = 0; i < end; i += BLOCK) {
            h1 ^= mixFirst(littleEndian(data, i, i + 8));
            h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= mixSecond(littleEndian(data, i + 8, i + BLOCK));
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        // what does not fill a block; zeros where it ends
        h1 ^= mixFirst(littleEndian(data, end, Math.min(data.length, end + 8)));
        h2 ^= mixSecond(littleEndian(data, Math.min(data.length, end + 8), data.length));
        h1 ^= data.length;
        h2 ^= data.length;
        h1 += h2;
        h2 += h1;
        return finish(h1) + finish(h2);
    }

    private static long mixFirst(long k) {
        return Long.rotateLeft(k * C1, 31) * C2;
    }

    private static long mixSecond(long k) {
        return Long.rotateLeft(k * C2, 33) * C1;
    }

    private static long finish(long h) {
        long k = h;
        k ^= k >>> 33;
        k *= 0xff51afd7ed558ccdL;
        k ^= k >>> 33;
        k *= 0xc4ceb9fe1a85ec53L;
        return k ^ (k >>> 33);
    }

    private static long littleEndian(byte[] data, int from, int to) {
        long value = 0;
        for (int i = to - 1; i >= from; i--) {
            value = (value << 8) | (data[i] & 0xff);
        }
        return value;
    }
}
