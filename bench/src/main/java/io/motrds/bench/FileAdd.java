package io.motrds.bench;

import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.ImportOptions;
import io.motrds.ipfs.unixfs.UnixFsImporter;
import java.io.ByteArrayInputStream;

/** Adds a file as IPFS does, from memory, to a store that is empty each time; durable at the end where the store can. */
record FileAdd(int bytes, int threads) implements Workload {

    @Override
    public String name() {
        return "add " + Size.text(bytes) + ", " + threads + (threads == 1 ? " thread" : " threads");
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
    public Trial on(Contestant store) {
        byte[] content = Content.random(bytes, 1);
        long[] version = {0};
        return () -> {
            Content.renew(content, ++version[0]);
            try (Contestant.Opened opened = store.open()) {
                UnixFsImporter importer = new UnixFsImporter(
                        new Blockstore(opened.store()), ImportOptions.defaults().threads(threads));
                long start = System.nanoTime();
                importer.add(new ByteArrayInputStream(content));
                return Run.of(bytes, System.nanoTime() - start);
            }
        };
    }
}
