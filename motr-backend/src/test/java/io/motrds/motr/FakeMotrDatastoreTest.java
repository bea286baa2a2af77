package io.motrds.motr;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit on a fake cluster of one node. */
class FakeMotrDatastoreTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return Map.of(
                "type", "motrds",
                "client", "fake",
                "haxAddr", "inet:tcp:fake@1",
                "index", indexFor(folder).toString(),
                "createIndex", "true");
    }

    /** An index that only this folder has. */
    static Fid indexFor(Path folder) {
        return new Fid(
                ((long) Fid.INDEX << 56) | (folder.toString().hashCode() & 0xffffffffL),
                folder.getParent() == null ? 1 : folder.getParent().toString().hashCode() & 0xffffffffL);
    }
}
