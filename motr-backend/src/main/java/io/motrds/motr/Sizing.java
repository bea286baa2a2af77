package io.motrds.motr;

/**
 * What one record and one operation may hold. Motr's servers and clients end, or fail without saying so, beyond limits
 * that cannot be asked for, so these are set, never probed. The defaults are what every Motr takes.
 *
 * @param recordBytes key and value of a record together
 * @param messageBytes what surely fits one message, of Motr's 131,072 by default
 * @param deletedBytes values deleted by one operation
 * @param recordsPerOperation small records written or deleted by one operation
 */
record Sizing(int recordBytes, int messageBytes, int deletedBytes, int recordsPerOperation) {

    /** Motr's default settings, and every version that was tried. */
    static final Sizing DEFAULT = new Sizing(16_384, 120_000, 245_760, 32);

    /** What a record takes in a message besides its key and value, rounded up. */
    private static final int RECORD_OVERHEAD = 64;

    private static final int PUT_BYTES = 1 << 20;

    /** Bytes of a value in one piece. */
    int chunkBytes() {
        return recordBytes - Layout.CHUNK_KEY_BYTES;
    }

    /** Pieces written by one operation. */
    int chunksPerPut() {
        return Math.max(1, PUT_BYTES / recordBytes);
    }

    /** Pieces of a size read by one operation. */
    int chunksPerGet(int chunkBytes) {
        return Math.max(1, messageBytes / (Layout.CHUNK_KEY_BYTES + chunkBytes + RECORD_OVERHEAD));
    }

    /** Pieces of a size deleted by one operation. */
    int chunksPerDelete(int chunkBytes) {
        return Math.max(1, Math.min(recordsPerOperation, deletedBytes / chunkBytes));
    }

    /** Directory records read by one operation when their keys are given. */
    int directoryRecordsPerGet() {
        return Math.max(1, Math.min(64, messageBytes / (DirectoryRecord.MAX_BYTES + RECORD_OVERHEAD)));
    }

    /** Directory records of which surely so many fit one message with their keys of up to so many bytes. */
    int directoryRecordsPerNext(int keyBytes) {
        return Math.max(2, messageBytes / (1 + keyBytes + DirectoryRecord.MAX_BYTES + RECORD_OVERHEAD));
    }

    /** Records of any size, in another program's format, of which surely so many fit one message. */
    int rawRecordsPerGet() {
        return Math.max(1, Math.min(64, messageBytes / (recordBytes + RECORD_OVERHEAD)));
    }

    /** Records of any size, in another program's format, deleted by one operation. */
    int rawRecordsPerDelete() {
        return Math.max(1, Math.min(recordsPerOperation, deletedBytes / recordBytes));
    }

    /** Whether a single record may be too large to be deleted. */
    boolean mayExceedDeletion() {
        return recordBytes > deletedBytes;
    }

    /** Records of the chunks' zone of which surely so many fit one message. */
    int anyRecordsPerNext() {
        return Math.max(2, messageBytes / (recordBytes + RECORD_OVERHEAD));
    }
}
