package io.motrds.server.client;

import io.motrds.motr.RealMotr;
import io.motrds.motr.jna.StandIn;
import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/**
 * The whole kit over sidecars of a real Motr cluster, when one is given, see {@link RealMotr}. Each store has a sidecar of
 * its own, so that this process never loads Motr's library.
 */
class RealMotrServedTest extends DatastoreTck {

    @Override
    protected Map<String, String> configuration(Path folder) {
        return ServedDatastore.withItsOwnSidecar(RealMotr.parameters(StandIn.indexFor(folder), RealMotr.nextClient()));
    }
}
