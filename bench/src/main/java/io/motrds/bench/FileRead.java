package io.motrds.bench;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.Imported;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import io.motrds.ipfs.unixfs.UnixFsImporter;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;

/** Reads a file as IPFS does, every block checked against its hash. */
record FileRead(int bytes) implements Workload {

    @Override
    public String name() {
        return "read " + Size.text(bytes);
    }

    @Override
    public Unit unit() {
        return Unit.MB_PER_SECOND;
    }

    @Override
    public double workForQuote() {
        return 1 << 30;
    }

    @Override
    public Trial on(Contestant store) throws Exception {
        Contestant.Opened empty = store.open();
        Imported file = new UnixFsImporter(new Blockstore(empty.store()))
                .add(new ByteArrayInputStream(Content.random(bytes, 1)));
        Contestant.Opened opened = empty.settled();
        Blockstore blocks = new Blockstore(opened.store());
        IpfsPath path = IpfsPath.parse(file.cid().toString());
        return new Trial() {
            @Override
            public Run run() throws Exception {
                Counting out = new Counting();
                long start = System.nanoTime();
                new UnixFsExporter(blocks).cat(path, out);
                long nanos = System.nanoTime() - start;
                if (out.bytes != bytes) {
                    throw new IllegalStateException(out.bytes + " bytes came back of " + bytes);
                }
                return Run.of(bytes, nanos);
            }

            @Override
            public void close() throws Exception {
                opened.close();
            }
        };
    }

    private static final class Counting extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes += length;
        }
    }
}
