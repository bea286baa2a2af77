package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreClosedException;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** The whole kit on a fake cluster of two nodes, with a scrub going on beside, and old data freed at once. */
class ScrubbedFakeMotrDatastoreTest extends DatastoreTck {
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of(
                "type",
                "motrds",
                "client",
                "fake",
                "index",
                FakeMotrDatastoreTest.indexFor(folder).toString(),
                "createIndex",
                "true");
    }

    @Override
    protected Datastore open(Path folder) {
        MotrIndex index = new FakeMotr(2).index(FakeMotrDatastoreTest.indexFor(folder));
        index.create(0);
        MotrDatastore store = new MotrDatastore(
                "motrds " + folder,
                index,
                new MotrDatastore.Settings(8, 4 << 20, 30_000_000_000L, TimeUnit.MINUTES.toMillis(2), 0, 32_768));
        Thread scrub = new Thread(() -> scrub(store), "scrub");
        scrub.setDaemon(true);
        scrub.start();
        return store;
    }

    private void scrub(MotrDatastore store) {
        try {
            while (true) {
                store.scrub();
                Thread.sleep(5);
            }
        } catch (DatastoreClosedException | InterruptedException e) {
            // the test is over
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    @AfterEach
    void noScrubFailed() {
        assertEquals(List.of(), failures, "a scrub beside other work finds nothing wrong");
    }
}
