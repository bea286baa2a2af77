package io.motrds.ipfs.car;

import io.motrds.ipfs.Blockstore;
import java.io.IOException;
import java.io.InputStream;

/**
 * Takes the blocks of CAR files (version 1) into a store.
 *
 * <p>Every block is checked against its hash. The blocks that the header names as roots are stored last, after the CAR was
 * read to its end, found sound and complete, and everything else is durable. So an import that fails, or a process that
 * dies, leaves blocks behind but no root that was not there before; importing again completes it. A CAR is complete when
 * whatever its dag-pb blocks link to is in it or in the store, and so are its roots. Links of other codecs are not
 * followed.
 *
 * <p>Memory is bounded however long the CAR is: about 40 MiB beside what the store takes, 16 MiB more for the roots, and
 * that of the blocks that were linked to and have not come yet. Thread-safe; each call has threads of its own, which end
 * with it.
 */
public final class CarImporter {

    private final Blockstore blocks;
    private final CarImportOptions options;

    /** Imports into a store. */
    public CarImporter(Blockstore blocks) {
        this(blocks, CarImportOptions.defaults());
    }

    /** Imports with options. */
    public CarImporter(Blockstore blocks, CarImportOptions options) {
        this.blocks = blocks;
        this.options = options;
    }

    /**
     * Imports a CAR, which is read to its end and left open. What was imported is durable when this returns.
     *
     * @throws MalformedCarException if the CAR is cut off, damaged, or, unless that was asked for, incomplete
     * @throws io.motrds.ipfs.UnsupportedContentException if it is of another version
     * @throws io.motrds.ipfs.cid.UnsupportedHashException if it has a block whose hash cannot be computed
     * @throws IOException if the stream cannot be read, or this thread is interrupted
     * @throws io.motrds.api.DatastoreException if the store fails
     */
    public CarImported add(InputStream car) throws IOException {
        return new CarImport(blocks, options, new CarReader(car)).run();
    }
}
