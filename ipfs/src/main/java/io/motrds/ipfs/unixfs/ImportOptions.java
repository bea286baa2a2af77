package io.motrds.ipfs.unixfs;

import io.motrds.api.RefusedInputException;
import io.motrds.ipfs.Blockstore;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to import. The defaults are kubo's, so that the same bytes get the same CID. Each method returns new options.
 *
 * @param cidVersion 0 or 1: the version of the CIDs of nodes with links
 * @param rawLeaves whether the pieces of a file are plain bytes, without UnixFS around them; not with metadata
 * @param chunkSize bytes of content in a piece of a file, 1 to {@link #MAX_CHUNK_SIZE}
 * @param linksPerNode how many links a node of a file has at most, 2 to {@link #MAX_LINKS_PER_NODE}
 * @param trickle whether files take the trickle layout, made for reading from the start, or the balanced one
 * @param metadata which modes and times are stored
 * @param hidden whether what a folder holds under names that start with a dot is imported, too
 * @param threads how many threads hash, 1 to {@link #MAX_THREADS}
 * @param listener hears how the import gets on
 */
public record ImportOptions(
        int cidVersion,
        boolean rawLeaves,
        int chunkSize,
        int linksPerNode,
        boolean trickle,
        MetadataOptions metadata,
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
        require(
                !rawLeaves || metadata.isEmpty(),
                "raw leaves and a mode or time, which has no place in plain bytes; leave out one of them");
        require(threads >= 1 && threads <= MAX_THREADS, threads + " threads; allowed are 1 to " + MAX_THREADS);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RefusedInputException("cannot import with " + otherwise);
        }
    }

    /** kubo's defaults, hashing on all processors. */
    public static ImportOptions defaults() {
        return new ImportOptions(
                0,
                false,
                DEFAULT_CHUNK_SIZE,
                DEFAULT_LINKS_PER_NODE,
                false,
                MetadataOptions.NONE,
                false,
                Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()),
                new ImportListener() {});
    }

    /**
     * With a CID version and, as in kubo, the leaves that go with it: raw for version 1 without metadata, else not.
     */
    public ImportOptions cidVersion(int version) {
        return with(version, version == 1 && metadata.isEmpty());
    }

    /**
     * With raw leaves or without.
     *
     * @throws RefusedInputException for raw leaves when metadata is to be stored
     */
    public ImportOptions rawLeaves(boolean raw) {
        return with(cidVersion, raw);
    }

    private ImportOptions with(int version, boolean raw) {
        return new ImportOptions(version, raw, chunkSize, linksPerNode, trickle, metadata, hidden, threads, listener);
    }

    /** With a chunk size in bytes. */
    public ImportOptions chunkSize(int bytes) {
        return new ImportOptions(
                cidVersion, rawLeaves, bytes, linksPerNode, trickle, metadata, hidden, threads, listener);
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
        return new ImportOptions(cidVersion, rawLeaves, chunkSize, links, trickle, metadata, hidden, threads, listener);
    }

    /** With the trickle layout or the balanced one. */
    public ImportOptions trickle(boolean chosen) {
        return new ImportOptions(
                cidVersion, rawLeaves, chunkSize, linksPerNode, chosen, metadata, hidden, threads, listener);
    }

    /** Keeping the permission bits that files and folders have on disk, or not. */
    public ImportOptions preserveMode(boolean preserve) {
        return metadata(new MetadataOptions(preserve, metadata.preserveMtime(), metadata.given()));
    }

    /** Keeping the time of the last change that files, folders and symbolic links have on disk, or not. */
    public ImportOptions preserveMtime(boolean preserve) {
        return metadata(new MetadataOptions(metadata.preserveMode(), preserve, metadata.given()));
    }

    /**
     * With one mode for all files and folders. As in kubo, only the nine bits of 0777 are stored, and 0 stands for none.
     *
     * @throws RefusedInputException if it has other bits than those of 07777
     */
    public ImportOptions mode(int mode) {
        require(
                (mode & ~UnixFsMetadata.MODE_BITS) == 0,
                "mode 0" + Integer.toOctalString(mode) + "; allowed are 0 to 07777");
        OptionalInt stored = mode == 0 ? OptionalInt.empty() : OptionalInt.of(mode & 0777);
        return given(new UnixFsMetadata(stored, metadata.given().mtime()));
    }

    /** With one time of the last change for all files, folders and symbolic links. */
    public ImportOptions mtime(Instant time) {
        return given(new UnixFsMetadata(metadata.given().mode(), Optional.of(time)));
    }

    private ImportOptions given(UnixFsMetadata given) {
        return metadata(new MetadataOptions(metadata.preserveMode(), metadata.preserveMtime(), given));
    }

    /** With modes and times to store; where there may be any, leaves are not raw. */
    public ImportOptions metadata(MetadataOptions stored) {
        boolean raw = rawLeaves && stored.isEmpty();
        return new ImportOptions(cidVersion, raw, chunkSize, linksPerNode, trickle, stored, hidden, threads, listener);
    }

    /** With or without hidden files of folders. */
    public ImportOptions hidden(boolean include) {
        return new ImportOptions(
                cidVersion, rawLeaves, chunkSize, linksPerNode, trickle, metadata, include, threads, listener);
    }

    /** With a number of threads that hash. */
    public ImportOptions threads(int count) {
        return new ImportOptions(
                cidVersion, rawLeaves, chunkSize, linksPerNode, trickle, metadata, hidden, count, listener);
    }

    /** With a listener. */
    public ImportOptions listener(ImportListener hears) {
        return new ImportOptions(
                cidVersion, rawLeaves, chunkSize, linksPerNode, trickle, metadata, hidden, threads, hears);
    }
}
