package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;

/**
 * How to import. The defaults are kubo's, so that the same bytes get the same CID. Each method returns new options.
 *
 * @param cidVersion 0 or 1: the version of the CIDs of nodes with links
 * @param rawLeaves whether the pieces of a file are plain bytes, without UnixFS around them
 * @param chunkSize bytes of content in a piece of a file, 1 to {@link #MAX_CHUNK_SIZE}
 * @param linksPerNode how many links a node of a file has at most, 2 to {@link #MAX_LINKS_PER_NODE}
 * @param hidden whether what a folder holds under names that start with a dot is imported, too
 * @param threads how many threads hash, 1 to {@link #MAX_THREADS}
 * @param listener hears how the import gets on
 */
public record ImportOptions(
        int cidVersion,
        boolean rawLeaves,
        int chunkSize,
        int linksPerNode,
        boolean hidden,
        int threads,
        ImportListener listener) {

    /** kubo's limit of a chunk: a block of 2 MiB less what UnixFS puts around it. */
    public static final int MAX_CHUNK_SIZE = Blockstore.MAX_BLOCK_BYTES - 256;

    /** The limit of links a node, which keeps the node well below the limit of a block. */
    public static final int MAX_LINKS_PER_NODE = 8192;

    /** The limit of threads that hash; each may have a block under way. */
    public static final int MAX_THREADS = 256;

    private static final int DEFAULT_CHUNK_SIZE = 256 << 10;
    private static final int DEFAULT_LINKS_PER_NODE = 174;
    private static final String FIXED_SIZE = "size-";

    /** Checks the numbers. */
    public ImportOptions {
        require(cidVersion == 0 || cidVersion == 1, "CID version " + cidVersion + "; there are 0 and 1");
        require(
                chunkSize >= 1 && chunkSize <= MAX_CHUNK_SIZE,
                "chunk size " + chunkSize + "; allowed are 1 to " + MAX_CHUNK_SIZE + " bytes");
        require(
                linksPerNode >= 2 && linksPerNode <= MAX_LINKS_PER_NODE,
                linksPerNode + " links a node; allowed are 2 to " + MAX_LINKS_PER_NODE);
        require(threads >= 1 && threads <= MAX_THREADS, threads + " threads; allowed are 1 to " + MAX_THREADS);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RefusedInputException("cannot import with " + otherwise);
        }
    }

    /** kubo's defaults, hashing on all processors. */
    public static ImportOptions defaults() {
        int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        return new ImportOptions(
                0, false, DEFAULT_CHUNK_SIZE, DEFAULT_LINKS_PER_NODE, false, threads, new ImportListener() {});
    }

    /** With a CID version and, as in kubo, the leaves that go with it: raw for version 1, not raw for version 0. */
    public ImportOptions cidVersion(int version) {
        return new ImportOptions(version, version == 1, chunkSize, linksPerNode, hidden, threads, listener);
    }

    /** With raw leaves or without. */
    public ImportOptions rawLeaves(boolean raw) {
        return new ImportOptions(cidVersion, raw, chunkSize, linksPerNode, hidden, threads, listener);
    }

    /** With a chunk size in bytes. */
    public ImportOptions chunkSize(int bytes) {
        return new ImportOptions(cidVersion, rawLeaves, bytes, linksPerNode, hidden, threads, listener);
    }

    /**
     * With a chunk size as kubo's option names it: {@code size-262144}, or {@code default}.
     *
     * @throws RefusedInputException if it is another chunker or no valid size
     */
    public ImportOptions chunker(String chunker) {
        if (chunker.equals("default")) {
            return chunkSize(DEFAULT_CHUNK_SIZE);
        }
        if (chunker.matches(FIXED_SIZE + "[0-9]{1,9}")) {
            return chunkSize(Integer.parseInt(chunker.substring(FIXED_SIZE.length())));
        }
        throw new RefusedInputException("cannot import with chunker \"" + chunker
                + "\"; allowed are \"default\" and \"size-N\" for chunks of N bytes, 1 to " + MAX_CHUNK_SIZE);
    }

    /** With another width of a file's tree. */
    public ImportOptions linksPerNode(int links) {
        return new ImportOptions(cidVersion, rawLeaves, chunkSize, links, hidden, threads, listener);
    }

    /** With or without hidden files of folders. */
    public ImportOptions hidden(boolean include) {
        return new ImportOptions(cidVersion, rawLeaves, chunkSize, linksPerNode, include, threads, listener);
    }

    /** With a number of threads that hash. */
    public ImportOptions threads(int count) {
        return new ImportOptions(cidVersion, rawLeaves, chunkSize, linksPerNode, hidden, count, listener);
    }

    /** With a listener. */
    public ImportOptions listener(ImportListener hears) {
        return new ImportOptions(cidVersion, rawLeaves, chunkSize, linksPerNode, hidden, threads, hears);
    }
}
